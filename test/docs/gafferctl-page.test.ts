import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { COMMANDS } from '../../src/cli/gafferctl/main.ts';
import { test } from '../support/commands.ts';
import { GAFFERCTL } from '../support/gafferctl.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/gafferctl.md', import.meta.url)), 'utf8');

/** The first block of the page: command lines, and what they print. */
const SHOWN = (/^```\n(.*?)^```$/ms.exec(PAGE)?.[1] ?? '')
  .split(/^\$ /m)
  .slice(1)
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));

test('the page of gafferctl has every command, with its summary', () => {
  const rows = [...PAGE.matchAll(/^\| `([\w:]+)` \| (.*) \|$/gm)].map(([, name, summary]) => [name, summary]);
  expect(rows).toEqual(
    Object.entries(COMMANDS)
      .map(([name, { summary }]) => [name, summary])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );
});

test('the page of gafferctl shows what its commands print', async ({ rig }) => {
  const env = rig.project.env({ GAFFER_ENDPOINT: rig.endpoint });
  const script = SHOWN.map(({ command }) => `echo '$ next'; { ${command}\n} 2>&1`).join('\n');
  const stdout = await new Promise<string>((resolve) => {
    execFile('sh', ['-c', `gafferctl() { "${process.execPath}" "${GAFFERCTL}" "$@"; }\n${script}`], { cwd: rig.project.root, env }, (_, text) =>
      resolve(text),
    );
  });
  const printed = stdout
    .replaceAll(rig.endpoint, 'ENDPOINT')
    .replaceAll(/gaffer \d+\.\d+\.\d+/g, 'gaffer VERSION')
    .split('$ next\n')
    .slice(1);
  expect(SHOWN.map(({ command }, index) => ({ command, output: printed[index] }))).toEqual(SHOWN);
}, 60_000);
