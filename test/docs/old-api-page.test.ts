import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isOldPath } from '../../src/api/old/old-paths.ts';
import { TEMPLATE_BODY } from '../../src/api/old/template.ts';
import { allOperations } from '../../src/api/operations.ts';
import { type ErrorCode, GafferError } from '../../src/errors.ts';
import { formatJobName } from '../../src/job/name.ts';
import { jobOfTemplate, jobsOfOldName, oldJobName } from '../../src/protocol/old-name.ts';
import { test as configTest } from '../daemon/config/rig.ts';
import { printed } from '../support/printed.ts';
import { test } from '../support/test-api.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/old-api.md', import.meta.url)), 'utf8');
const PATHS = allOperations({ version: '0' });

/** What stands below a heading. */
function below(heading: string): string {
  const [, text = ''] = new RegExp(`^## ${heading}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(PAGE) ?? [];
  return text;
}

/** The rows of the first table below a heading, as cells. */
function rows(heading: string): readonly (readonly string[])[] {
  const lines = below(heading).split('\n');
  return lines
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .slice(2, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** What stands between backquotes. */
function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
}

/** Methods and paths, written as in the documents. */
function requestsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:(GET|POST|PUT|DELETE) )?`(\/[^`?]*)`/g)].map(([, method = 'GET', path = '']) => `${method} ${path}`);
}

const SERVED = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method} ${path.replaceAll(/:(\w+)/g, (_, name: string) => name.toUpperCase())}`),
);

describe('the page for clients of 0.4', () => {
  it('lists every path of 0.4, each with one of today that there is', () => {
    const table = rows('Paths').map(([old = '', today = '']) => ({ old: requestsOf(old), today: requestsOf(today) }));
    const isOld = (request: string): boolean => isOldPath(request.slice(request.indexOf('/')));
    expect(table.flatMap(({ old }) => old).sort()).toEqual(SERVED.filter(isOld).sort());
    for (const { old, today } of table) {
      expect([old, today.length > 0, today.filter((request) => !SERVED.includes(request) || isOld(request))]).toEqual([old, true, []]);
    }
  });

  it('tells what names mean', () => {
    const names = rows('Names').map(([old = '', today = '']) => [quoted(old)[0], quoted(today)[0]] as const);
    const jobs = names.filter(([, today]) => today !== undefined);
    expect(jobs.length).toBeGreaterThan(4);
    for (const [old = '', today = ''] of jobs) {
      expect([old, formatJobName(jobOfTemplate(old)), formatJobName(jobsOfOldName(old)[0]!), oldJobName(today)]).toEqual([old, today, today, old]);
    }
  });

  it('names members that are taken', () => {
    const [, list = ''] = /All members of 0\.4 are taken: (.*?), and/.exec(below('Templates')) ?? [];
    const members = quoted(list);
    expect(members.length).toBeGreaterThan(15);
    expect(TEMPLATE_BODY.problems?.({ ...Object.fromEntries(members.map((member) => [member, null])), name: 'web', cmd: 'x' })).toEqual([]);
  });

  it('has the words and statuses of errors as they are', () => {
    const codes = Object.values(PATHS).flatMap((methods) => Object.values(methods).flatMap(({ errors = [] }) => errors));
    const known = [...codes, 'signal_missing', 'action_not_found'].map((code) => new GafferError(code as ErrorCode, ''));
    const table = rows('Errors');
    expect(table.length).toBeGreaterThan(5);
    for (const [status, word = ''] of table) {
      expect([word, status]).toEqual([word, String(known.find((error) => error.word === quoted(word)[0])?.status)]);
    }
  });

  test('shows what is really answered', async ({ api }) => {
    const examples = [...PAGE.matchAll(/^\$ (.*)\n(.*)$/gm)];
    expect(examples.length).toBeGreaterThan(6);
    for (const [, command = '', shown] of examples) {
      expect([command, await printed(command, `http://127.0.0.1:${api.port}`)]).toEqual([command, shown]);
    }
  });
});

configTest('the configuration that the page shows switches it off', ({ rig }) => {
  const [, ini = ''] = /^```ini\n(.*?)^```$/ms.exec(PAGE) ?? [];
  expect(rig.config(ini).oldApi).toBe(false);
});
