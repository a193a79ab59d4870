import { describe, expect, it } from 'vitest';
import type { JobConfig } from '../../../src/job/config.ts';
import { expandProcfile } from '../../../src/procfile/expand.ts';
import { exportIni } from '../../../src/procfile/export/ini.ts';
import { parseProcfile } from '../../../src/procfile/procfile.ts';

const env = { SECRET: 'x' };

function exported(text: string, members: Partial<JobConfig> = {}, options: { readonly full?: boolean; readonly only?: string } = {}): string {
  const settings = new Map([['web', members]]);
  const jobs = expandProcfile({ entries: parseProcfile(text, 'Procfile').entries, cwd: '/srv/shop', env, settings });
  return exportIni({ app: 'shop', jobs, settings, ...options });
}

describe('an ini export', () => {
  it('has a section for each job, as the original writes it', () => {
    expect(exported("web: node app.js 'a b'\nworker: rake")).toBe(
      "[process:shop:web]\ncmd = node\nargs = app.js 'a b'\npriority = 0\nnumprocesses = 1\n\n" +
        '[process:shop:worker]\ncmd = rake\npriority = 1\nnumprocesses = 1\n',
    );
  });

  it('says where a shell is needed', () => {
    expect(exported('web: a && b')).toBe('[process:shop:web]\ncmd = a && b\npriority = 0\nnumprocesses = 1\nshell = true\n');
  });

  it('doubles percent signs', () => {
    expect(exported('web: date +%s')).toContain('args = +%%s\n');
  });

  it('can be of one job alone, in its place', () => {
    expect(exported('web: x\nworker: y', {}, { only: 'worker' })).toBe('[process:shop:worker]\ncmd = y\npriority = 1\nnumprocesses = 1\n');
  });

  it('shows what gaffer.ini adds, and nothing of the .env', () => {
    const members: Partial<JobConfig> = { numprocesses: 2, flapping: { attempts: 3 }, cwd: 'api', redirect_output: ['out', 'err'], env: { A: 'b' } };
    expect(exported('web: x', members)).toBe(
      '[process:shop:web]\ncmd = x\npriority = 0\nnumprocesses = 2\n' +
        'redirect_output = out, err\nflapping = 3, 1, 7, 5\ncwd = /srv/shop/api\nenv:A = b\n',
    );
  });

  it('tells only the priorities that were set, where some were', () => {
    const text = exported('worker: y\nweb: x', { priority: 3 });
    expect(text.match(/priority.*/g)).toEqual(['priority = 3']);
  });

  it('in full has all that a job has', () => {
    expect(exported('web: x', { flapping: false, on_exit: 'stop' }, { full: true })).toBe(
      '[process:shop:web]\ncmd = x\npriority = 0\nnumprocesses = 1\nredirect_output = out, out\nflapping = none\non_exit = stop\n' +
        'os_env = true\ncwd = /srv/shop\nport = 5000\nenv:SECRET = x\n',
    );
  });
});

describe('what an ini file can not hold is refused', () => {
  it.each<[string, Partial<JobConfig>]>([
    ['env:A of "web": an ini file can\'t hold line breaks, nor blanks at the ends of a value; use --format json', { env: { A: 'x\ny' } }],
    ['env:A of "web": an ini file can\'t hold line breaks', { env: { A: ' x' } }],
    ['env:A:B of "web": an ini file can\'t hold a variable of this name', { env: { 'A:B': 'x' } }],
    ['redirect_output of "web": an ini file can\'t hold labels with blanks or commas', { redirect_output: ['a b'] }],
  ])('%s', (message, members) => {
    expect(() => exported('web: x', members)).toThrow(message);
  });

  it.each([
    ['a/b', 'web'],
    ['a:b', 'web'],
    ['shop', 'a/b'],
    ['shop', 'a]b'],
    ['shop', ' web'],
  ])('names %s and %s', (app, name) => {
    expect(() => exportIni({ app, jobs: [{ name, cmd: 'x' }] })).toThrow('expected names that an ini section can have');
  });

  it('a process that the Procfile does not have', () => {
    expect(() => exported('web: x', {}, { only: 'wbe' })).toThrow('got "wbe"; did you mean "web"?');
  });
});
