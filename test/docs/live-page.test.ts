import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { test } from '../support/test-api.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(`${ROOT}/docs/live.md`, 'utf8');

describe('the example of the page about channels', () => {
  test('says what the page shows', async ({ api }) => {
    const endpoint = `http://127.0.0.1:${api.port}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['docs/examples/channel.mjs', endpoint], { cwd: ROOT });
    const [, shown = ''] = /^\$ node docs\/examples\/channel\.mjs .*\n([^`]*)```$/m.exec(PAGE) ?? [];
    expect(lines(stdout)).toEqual(lines(shown));
  });
});

/** The answers to commands may come before or after the events that they lead to. */
function lines(text: string): readonly string[] {
  return text.trimEnd().split('\n').sort();
}
