import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { parseIni } from '../../src/ini/document.ts';
import { type JobSectionOptions, type JobSections, readJobSections } from '../../src/ini/job-section.ts';

function read(text: string, options: Partial<JobSectionOptions> = {}): JobSections {
  const document = parseIni(text, 'x.ini');
  expect(document.findings).toEqual([]);
  return readJobSections(document, 'x.ini', { mode: 'jobs', ...options });
}

function findingsOf(text: string, options: Partial<JobSectionOptions> = {}): readonly string[] {
  return read(text, options).findings.map(formatFinding);
}

describe('the section of a job', () => {
  it('may have every setting', () => {
    const text = `
[process:shop:web]
cmd = node app.js
args = -p $PORT 'a b'
uid = www-data
gid = 33
cwd = /srv
detach = no
shell = off
os_env = false
numprocesses = 3
start = yes
flapping = 2, 1., 7., 5
redirect_output = out, err
redirect_input = true
graceful_timeout = 3
priority = 0
port = 8080
on_exit = stop
stop_signal = INT
custom_streams = ctl
env:Path = /bin:/usr/bin
env:EMPTY =
`;
    expect(read(text)).toEqual({
      findings: [],
      jobs: [
        {
          session: 'shop',
          name: 'web',
          line: 2,
          settings: {
            cmd: 'node app.js',
            args: ['-p', '$PORT', 'a b'],
            uid: 'www-data',
            gid: 33,
            cwd: '/srv',
            detach: false,
            shell: false,
            os_env: false,
            numprocesses: 3,
            start: true,
            flapping: { attempts: 2, window: 1, retry_in: 7, max_retry: 5 },
            redirect_output: ['out', 'err'],
            redirect_input: true,
            graceful_timeout: 3,
            priority: 0,
            port: 8080,
            on_exit: 'stop',
            stop_signal: 'INT',
            custom_streams: ['ctl'],
            env: { Path: '/bin:/usr/bin', EMPTY: '' },
          },
        },
      ],
    });
  });

  it('comes after the defaults that are given, and after [DEFAULT]', () => {
    const text = '[a:]\n[process:web]\ncmd = x\n[job:api]\ncmd = y\nos_env = no\nuid = 1\n[DEFAULT]\nuid = 2\nhome = /srv\nenv:A = b';
    const { jobs, findings } = read(text, { defaults: { os_env: true, gid: 7 }, otherSections: ['a:'] });
    expect(findings).toEqual([]);
    expect(jobs.map((job) => job.settings)).toEqual([
      { cmd: 'x', os_env: true, gid: 7, uid: 2, env: { A: 'b' } },
      { cmd: 'y', os_env: false, gid: 7, uid: 1, env: { A: 'b' } },
    ]);
  });

  it('has its environment from [env:NAME] where there is one, in upper case', () => {
    const text = '[env:web]\npath = /bin\nMixed = x\n[process:web]\ncmd = x\nenv:OWN = 1\n[process:api]\ncmd = y\nenv:OWN = 1';
    const { jobs, findings } = read(text);
    expect(findings).toEqual([]);
    expect(jobs.map((job) => job.settings.env)).toEqual([{ PATH: '/bin', MIXED: 'x' }, { OWN: '1' }]);
  });

  it('may have a variable named __proto__', () => {
    const [job] = read('[process:web]\ncmd = x\nenv:__proto__ = y').jobs;
    expect(Object.entries(job?.settings.env ?? {})).toEqual([['__proto__', 'y']]);
  });
});

describe('what is wrong with it is told with its line', () => {
  it.each<[string, readonly string[]]>([
    ['[process:web]\ncmd = x\nnumproceses = 2', ['x.ini:3: [process:web] numproceses: no such job setting; did you mean "numprocesses"?']],
    ['[process:web]\ncmd = x\nzzz = 2', ['x.ini:3: [process:web] zzz: no such job setting']],
    ['[process:web]\ncmd = x\n__proto__ = 2', ['x.ini:3: [process:web] __proto__: no such job setting']],
    ['[process:web]\ncmd = x\nnumprocesses = two', ['x.ini:3: [process:web] numprocesses: expected a whole number from 0, got "two"']],
    [
      '[process:web]\ncmd = x\nshell = maybe\nuid =',
      [
        'x.ini:3: [process:web] shell: expected true or false, got "maybe"',
        'x.ini:4: [process:web] uid: expected a name or a number from 0 to 4294967294, got ""',
      ],
    ],
    ["[process:web]\ncmd = x\nargs = it's", ["x.ini:3: [process:web] args: expected a closing ' in `it's`"]],
    ["[process:web]\nnumprocesses = 1\ncmd = it's", ["x.ini:3: [process:web] cmd: expected a closing ' in `it's`"]],
    ['[process:web]\nuid = 1', ['x.ini:1: [process:web] cmd: expected, but missing']],
    ['[process:web]\ncmd =', ['x.ini:2: [process:web] cmd: expected a command, got ""']],
    ['[process:web]\ncmd = x\nenv: A=1', ['x.ini:3: [process:web] env: expected one line for each variable, like "env:NAME = value"']],
    ['[process:web]\ncmd = x\nname = y', ['x.ini:3: [process:web] name: a job has its name from the section, like [process:web]']],
    [
      '[process:web]\ncmd = x\n  uid = 1',
      ['x.ini:2: [process:web] cmd: the indented line "uid = 1" goes on with this value; remove the blanks in front of it'],
    ],
    ['[process:web]\ncmd = x\n[job:web]\ncmd = y', ['x.ini:3: [job:web] is about the same job as [process:web] on line 1; rename one or join them']],
    [
      '[process:web]\ncmd = x\n[job:default/web]\ncmd = y',
      ['x.ini:3: [job:default/web] is about the same job as [process:web] on line 1; rename one or join them'],
    ],
    ['[process:web]\ncmd = x\n[env:wbe]\na = 1', ['x.ini:3: expected a [process:wbe] to go with [env:wbe], found none; did you mean "web"?']],
    ['[proces:web]\ncmd = x', ['x.ini:1: expected a section like [process:web], got [proces:web]; did you mean "process:"?']],
    ['[gafer]\na = 1', ['x.ini:1: expected a section like [process:web], got [gafer]; did you mean "gaffer"?']],
    ['[process:]\ncmd = x', ['x.ini:1: expected a section like [process:web], got [process:]']],
    ['[DEFAULT]\nuid =\n[process:web]\ncmd = x', ['x.ini:2: [DEFAULT] uid: expected a name or a number from 0 to 4294967294, got ""']],
  ])('%j', (text, findings) => {
    expect(findingsOf(text, { otherSections: ['gaffer', 'webhooks', 'endpoint:'] })).toEqual(findings);
  });

  it('and the rest is read all the same', () => {
    const { jobs } = read('[process:web]\ncmd = x\nnumprocesses = two\nuid = 1\n[oops]\n[process:api]\ncmd = y');
    expect(jobs.map((job) => [job.name, job.settings])).toEqual([
      ['web', { cmd: 'x', uid: 1 }],
      ['api', { cmd: 'y' }],
    ]);
  });
});

describe('a section that adds to a process', () => {
  const additions = { mode: 'additions' } as const;

  it('needs no command', () => {
    expect(read('[process:web]\nnumprocesses = 2\n[env:api]\na = 1', additions)).toEqual({
      findings: [],
      jobs: [
        { session: undefined, name: 'web', line: 1, settings: { numprocesses: 2 } },
        { session: undefined, name: 'api', line: 3, settings: { env: { A: '1' } } },
      ],
    });
  });

  it.each(['cmd', 'args', 'start'])('does not say %s', (key) => {
    expect(findingsOf(`[process:web]\n${key} = yes`, additions)).toEqual([`x.ini:2: [process:web] ${key}: the Procfile says this; change it there`]);
  });

  it.each(['group', 'custom_channels'])('has no setting %s', (key) => {
    expect(findingsOf(`[process:web]\n${key} = yes`, additions)).toEqual([`x.ini:2: [process:web] ${key}: no such job setting`]);
  });

  it('is told of values that fit one by one and not together', () => {
    expect(findingsOf('[process:web]\nenv:A = x\0y', additions)).toEqual([
      expect.stringContaining('x.ini:1: [process:web] env: expected an object of texts'),
    ]);
  });
});
