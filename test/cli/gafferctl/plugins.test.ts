import { expect, test, vi } from 'vitest';
import type { PluginBook, PluginInfo } from '../../../src/api/plugins/plugin-book.ts';
import { ctl } from '../../support/gafferctl.ts';
import { openApi } from '../../support/test-api.ts';

const WELL: PluginInfo = {
  ...{ name: 'exits', version: '1.0.0', description: 'Counts exits', mandatory: [], site: true },
  ...{ state: 'started', error: null, edited: false, routes: [] },
};

async function plugins(list: readonly PluginInfo[], ...more: readonly string[]): Promise<Awaited<ReturnType<typeof ctl>>> {
  const api = await openApi({ plugins: { list: () => list } as unknown as PluginBook });
  vi.stubEnv('GAFFER_ENDPOINT', `http://127.0.0.1:${api.port}`);
  try {
    return await ctl('plugins', ...more);
  } finally {
    vi.unstubAllEnvs();
  }
}

test('gafferctl plugins shows them below each other, and ends with 0 where all is well', async () => {
  const board: PluginInfo = { ...WELL, name: 'board', version: null, description: null, state: 'site', edited: true };
  expect(await plugins([board, WELL])).toEqual({
    code: 0,
    stdout: 'board  -      site (edited since)\nexits  1.0.0  started (with a site)  Counts exits\n',
    stderr: '',
  });
  expect(await plugins([])).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.for([[[]], [['--json']]])('gafferctl plugins ends with 1 where one has failed, and tells why: %j', async ([more = []]) => {
  const broken: PluginInfo = { ...WELL, site: false, state: 'failed', error: 'it threw at import: \x1b[31mboom' };
  const { code, stdout, stderr } = await plugins([WELL, broken], ...more);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  if (more.length === 0) {
    expect(stdout).toContain('exits  1.0.0  failed                 it threw at import: \\u001b[31mboom\n');
  } else {
    expect(JSON.parse(stdout)).toMatchObject({ plugins: [{ state: 'started' }, { state: 'failed', error: broken.error }] });
  }
});
