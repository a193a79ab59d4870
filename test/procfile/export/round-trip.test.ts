import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIni } from '../../../src/ini/document.ts';
import { readJobSections } from '../../../src/ini/job-section.ts';
import { type JobConfig, parseJobConfig, settingsOf } from '../../../src/job/config.ts';
import { expandProcfile } from '../../../src/procfile/expand.ts';
import { exportIni } from '../../../src/procfile/export/ini.ts';
import { exportJson } from '../../../src/procfile/export/json.ts';
import { Formation } from '../../../src/procfile/formation.ts';

const SHELL_PIECES = [
  'web',
  ' ',
  ' ',
  "'",
  '"',
  '\\',
  '$',
  '$PORT',
  '%',
  '%(a)s',
  '&&',
  '|',
  '#',
  ';',
  '=',
  ':',
  '~',
  '*',
  '[',
  ']',
  '\t',
  'é',
  '\u00a0',
];
const line = fc
  .oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: fc.constantFrom(...SHELL_PIECES), minLength: 1 }))
  .map((text) => text.replaceAll(/[\r\n\0]/g, '').trim())
  .filter((text) => text !== '');
const commands = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), command: line }), {
  selector: (entry) => entry.name,
  minLength: 1,
  maxLength: 4,
});
const counts = fc.nat(20);

function expand(entries: readonly { readonly name: string; readonly command: string }[], count: number): readonly JobConfig[] {
  return expandProcfile({
    entries: entries.map((entry, index) => ({ ...entry, line: index + 1 })),
    cwd: '/srv/shop',
    formation: new Formation(new Map([['all', count]])),
  });
}

/** What a job runs, with `cmd` and `args` taken apart as a supervisor does. */
function essence(config: JobConfig): object {
  const { words, args, shell, numprocesses } = settingsOf(config);
  return { name: config.name, words, args, shell, numprocesses };
}

function loadIni(text: string): readonly JobConfig[] {
  const document = parseIni(text, 'x.ini');
  const { jobs, findings } = readJobSections(document, 'x.ini', { mode: 'jobs' });
  expect([...document.findings, ...findings]).toEqual([]);
  return jobs.map(({ session, name, settings }) => {
    expect(session).toBe('shop');
    return parseJobConfig({ name, ...settings });
  });
}

describe('what is exported and loaded again runs the same', () => {
  it('as ini', () => {
    fc.assert(
      fc.property(commands, counts, (entries, count) => {
        const jobs = expand(entries, count);
        const loaded = loadIni(exportIni({ app: 'shop', jobs }));
        expect(loaded.map(essence)).toEqual(jobs.map(essence));
        expect(loaded.map((job) => job.priority)).toEqual([...jobs.keys()]);
      }),
      { numRuns: 500 },
    );
  });

  it('as JSON', () => {
    fc.assert(
      fc.property(commands, counts, (entries, count) => {
        const jobs = expand(entries, count);
        const { jobs: loaded } = JSON.parse(exportJson({ app: 'shop', jobs })) as { jobs: readonly unknown[] };
        expect(loaded.map((job) => essence(parseJobConfig(job)))).toEqual(jobs.map(essence));
      }),
    );
  });

  it('in full as ini and as JSON, with every setting', () => {
    const value = fc.string().filter((text) => text.trim() === text && !/[\r\n\0]/.test(text));
    const members = fc.record(
      {
        graceful_timeout: fc.nat(100),
        on_exit: fc.constantFrom('restart' as const, 'stop' as const, 'ignore' as const),
        stop_signal: fc.constantFrom('INT', 'SIGQUIT'),
        os_env: fc.boolean(),
        redirect_input: fc.boolean(),
        redirect_output: fc.array(fc.stringMatching(/^[a-z]+$/), { maxLength: 2 }),
        flapping: fc.oneof(fc.constant(false as const), fc.constant({ attempts: 3, window: 0.5, retry_in: 1, max_retry: 0 })),
        uid: fc.oneof(fc.nat(70_000), fc.constant('www-data')),
        env: fc.dictionary(fc.stringMatching(/^[A-Za-z_][\w.-]*$/), value),
        port: fc.integer({ min: 1, max: 65_000 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(commands, members, (entries, added) => {
        const settings = new Map(entries.map((entry) => [entry.name, added]));
        const jobs = expandProcfile({ entries: entries.map((entry) => ({ ...entry, line: 1 })), cwd: '/srv/shop', settings });
        const options = { app: 'shop', jobs, settings, full: true };
        const fromIni = loadIni(exportIni(options)).map((job) => ({ ...settingsOf(job), priority: undefined }));
        const fromJson = (JSON.parse(exportJson(options)) as { jobs: readonly unknown[] }).jobs.map((job) => settingsOf(parseJobConfig(job)));
        expect(fromIni).toEqual(jobs.map((job) => ({ ...settingsOf(job), priority: undefined })));
        expect(fromJson).toEqual(jobs.map(settingsOf));
      }),
    );
  });
});
