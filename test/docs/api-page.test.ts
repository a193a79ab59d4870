import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { allOperations } from '../../src/api/operations.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/api.md', import.meta.url)), 'utf8');

it('lists every operation with what it does, and what it needs', () => {
  const rows = Object.entries(allOperations({ version: '0' })).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { summary, success, need }]) =>
        `| ${method} \`${path.replaceAll(/:(\w+)/g, (_, name: string) => name.toUpperCase())}\` | ${summary} | ${success.status} | ${typeof need === 'string' ? need : need.words} |`,
    ),
  );
  expect(PAGE.split('\n').filter((line) => /^\| (GET|POST|PUT|DELETE) /.test(line))).toEqual(rows);
});
