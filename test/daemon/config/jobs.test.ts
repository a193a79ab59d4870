import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { DaemonConfig } from '../../../src/daemon/config/config.ts';
import { test } from './rig.ts';

function names({ jobs }: DaemonConfig): readonly string[] {
  return jobs.map(({ session, config }) => `${session}.${config.name}`);
}

describe('jobs', () => {
  test('of a session that no full name could tell are refused', ({ rig }) => {
    expect(rig.findings('[gaffer]\n[process:a.b/web]\ncmd = a\n')).toEqual([
      'x.ini:2: expected a session name of letters, digits, "_", "+" and "-", got "a.b"',
    ]);
  });

  test('have their session from the section, and else the default one', ({ rig }) => {
    const text = `[gaffer]
[process:dummy]
cmd = a
[process:test:dummy]
cmd = b
os_env = no
flapping = 2, 1., 7., 5
[env:test:dummy]
path = /bin
[job:test/echo]
cmd = c
flapping = 2 1. 7. 5
`;
    const flapping = { attempts: 2, window: 1, retry_in: 7, max_retry: 5 };
    const file = join(rig.home, 'x.ini');
    expect(rig.config(text).jobs).toEqual([
      { session: 'default', config: { name: 'dummy', cmd: 'a', os_env: true }, file, line: 2 },
      { session: 'test', config: { name: 'dummy', cmd: 'b', os_env: false, flapping, env: { PATH: '/bin' } }, file, line: 4 },
      { session: 'test', config: { name: 'echo', cmd: 'c', os_env: true, flapping }, file, line: 10 },
    ]);
  });

  test('come by priority, and those of one priority as they are written', ({ rig }) => {
    rig.write('a.ini', '[process:d]\ncmd = x\npriority = 2\n[process:e]\ncmd = x\npriority = -1');
    const text = '[gaffer]\ninclude = a.ini\n[process:a]\ncmd = x\n[process:b]\ncmd = x\npriority = 2\n[process:c]\ncmd = x\npriority = 0';
    expect(names(rig.config(text))).toEqual(['default.e', 'default.c', 'default.b', 'default.d', 'default.a']);
  });

  test('are there once, also over several files', ({ rig }) => {
    rig.write('a.ini', '[job:default/web]\ncmd = x\n[process:shop:web]\ncmd = x');
    expect(rig.findings('[gaffer]\ninclude = a.ini\n[process:web]\ncmd = x')).toEqual([
      'a.ini:1: job "web" of session "default" is at x.ini:3 too; rename or remove one',
    ]);
    expect(rig.findings('[gaffer]\n[process:web]\ncmd = x\n[job:web]\ncmd = x')).toEqual([
      'x.ini:4: [job:web] is about the same job as [process:web] on line 2; rename one or join them',
    ]);
  });

  test('may have their environment in another file', ({ rig }) => {
    rig.write('a.ini', '[env:web]\na = 1\n[process:api]\ncmd = x');
    const text = '[gaffer]\ninclude = a.ini\n[env:api]\nb = 2\n[process:web]\ncmd = x';
    expect(rig.config(text).jobs.map(({ config }) => [config.name, config.env])).toEqual([
      ['web', { A: '1' }],
      ['api', { B: '2' }],
    ]);
  });

  test('have one environment, and an environment has a job', ({ rig }) => {
    rig.write('a.ini', '[env:web]\na = 1\n[env:wbe]\na = 1');
    expect(rig.findings('[gaffer]\ninclude = a.ini\n[process:web]\ncmd = x\n[env:web]\na = 2')).toEqual([
      'a.ini:1: [env:web] is about the same job as [env:web] at x.ini:5; join them',
      'a.ini:3: expected a [process:wbe] to go with [env:wbe], found none',
    ]);
  });

  test('have the [DEFAULT] of the main file in all files; their own wins', ({ rig }) => {
    rig.write('a.ini', '[process:a]\ncmd = x');
    rig.write('b.ini', '[DEFAULT]\nuid = 3\nenv:B = b\n[process:b]\ncmd = x\ngid = 4');
    const text = '[DEFAULT]\nuid = 1\ngid = 2\nenv:A = a\nroot = /srv\n[gaffer]\ninclude = a.ini b.ini';
    expect(rig.config(text).jobs.map(({ config }) => config)).toEqual([
      { name: 'a', cmd: 'x', os_env: true, uid: 1, gid: 2, env: { A: 'a' } },
      { name: 'b', cmd: 'x', os_env: true, uid: 3, gid: 4, env: { A: 'a', B: 'b' } },
    ]);
  });

  test('are told of a wrong [DEFAULT] once', ({ rig }) => {
    rig.write('a.ini', '[process:a]\ncmd = x');
    expect(rig.findings('[DEFAULT]\nuid =\n[gaffer]\ninclude = a.ini')).toEqual([
      'x.ini:2: [DEFAULT] uid: expected a name or a number from 0 to 4294967294, got ""',
    ]);
  });
});
