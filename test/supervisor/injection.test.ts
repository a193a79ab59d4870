import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { JobConfig } from '../../src/job/config.ts';
import { test as plainTest, type TestNode } from '../support/test-node.ts';

const test = plainTest.extend<{ prey: string }>({
  /** A file that an attack would make. */
  prey: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
    await use(join(folder, 'prey'));
    expect(existsSync(join(folder, 'prey'))).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  },
});

/** The same with and without another user, as another program stands in front of the job's then. */
const USERS: readonly Partial<JobConfig>[] = process.geteuid?.() === 0 ? [{}, { uid: 'nobody' }, { uid: 'nobody', env: { LD_BIND_NOW: '1' } }] : [{}];

/** Words that are options, commands or ends of something to somebody. */
function words(prey: string): readonly string[] {
  return [
    '--',
    '-x',
    '--help',
    '--reuid=0',
    '--init-groups',
    '-c',
    `$(touch ${prey})`,
    `\`touch ${prey}\``,
    `; touch ${prey}`,
    `| touch ${prey}`,
    `&& touch ${prey} #`,
    `'; touch ${prey}; '`,
    `"; touch ${prey}; "`,
    `\ntouch ${prey}\n`,
    `\rtouch ${prey}`,
    '*',
    '~',
    'A=B',
    '\\',
    '',
    ' ',
    '\u001b[31m',
  ];
}

/** As {@link words}, but written so that variables are not replaced. */
function literally(list: readonly string[]): string[] {
  return list.map((word) => word.replaceAll('$', '$$$$'));
}

/** Why jobs named `job0`, `job1` … could not start. */
async function reasons(node: TestNode, count: number): Promise<readonly string[]> {
  const exits = await node.events.count('exit', count);
  const byName = new Map(exits.map(({ name, exit }) => [name, exit.kind === 'not_started' ? exit.reason : exit.kind]));
  return Array.from({ length: count }, (_, index) => byName.get(`test.job${index}`) ?? '');
}

describe.each(USERS)('what a job says, as %j,', (who) => {
  const once = { on_exit: 'ignore', ...who, env: { PATH: '/usr/bin:/bin', ...who.env } } as const;

  test('is an argument where it is one', async ({ node, prey }) => {
    const args = words(prey);
    const job = await node.load('job', 'printf %s\\\\0', { ...once, args: literally(args) });
    expect((await node.everything(job)).split('\0').slice(0, -1)).toEqual(args);
  });

  test('is an argument of a shell where it is one', async ({ node, prey }) => {
    const args = words(prey);
    const job = await node.load('job', "printf '%s\\0'", { ...once, shell: true, args });
    expect((await node.everything(job)).split('\0').slice(0, -1)).toEqual(args);
  });

  test('is a value of its environment, or the name of one, where it is that', async ({ node, prey }) => {
    const list = words(prey).filter((word) => word !== '');
    const env = Object.fromEntries(list.map((word, index) => [word.includes('=') ? `N${index}` : word, word]));
    const job = await node.load('job', 'env -0', { ...once, os_env: false, env: { ...once.env, ...env } });
    const seen = (await node.everything(job)).split('\0');
    expect(seen).toEqual(expect.arrayContaining(Object.entries(env).map(([name, value]) => `${name}=${value}`)));
  });

  test('is an environment of a committed process', async ({ node, prey }) => {
    const job = await node.load('job', 'env -0', { ...once, start: false });
    const value = `$(touch ${prey})\n--reuid=0`;
    await node.supervisor.commit(job, { env: { '--reuid': '0', X: value } });
    await node.events.next('exit');
    expect((await node.everything(job)).split('\0')).toEqual(expect.arrayContaining(['--reuid=0', `X=${value}`]));
  });

  test('is a program that is not there where it is one', async ({ node, prey }) => {
    const programs = words(prey).filter((word) => word.trim() !== '' && word !== '\\' && !word.includes('/'));
    for (const [index, word] of programs.entries()) {
      await node.load(`job${index}`, `'${word}'`, once);
    }
    expect(await reasons(node, programs.length)).toEqual(programs.map((word) => `command not found: ${word}`));
  });

  test.for(['-x', '--', '-e', '+x', '--help', '-c id'])('is a script and no option of the shell: %s', async (script, { node }) => {
    const job = await node.loadScript('job', script, once);
    const text = await node.everything(job);
    const { exit } = await node.events.next('exit');
    expect(exit).toEqual({ kind: 'code', code: 127 });
    expect(text).toMatch(/not found/);
  });

  test('is a folder that is not there where it is one', async ({ node, prey }) => {
    const folders = words(prey).filter((word) => word.trim() !== '' && !['~', '\\', '*'].includes(word));
    for (const [index, cwd] of folders.entries()) {
      await node.load(`job${index}`, 'true', { ...once, cwd });
    }
    expect(await reasons(node, folders.length)).toEqual(folders.map((cwd) => `cannot run in ${cwd}: no such folder`));
  });

  test('is a name where it is one', async ({ node, prey }) => {
    const names = words(prey).filter((word) => word.trim() !== '');
    for (const name of names) {
      const job = await node.load(name, 'env -0', once);
      expect((await node.everything(job)).split('\0')).toContain(`PS=${name}.1`);
    }
  });
});

describe('who a job is to run as', () => {
  test('is no option and no command', async ({ node, prey }) => {
    const list = words(prey).filter((word) => word.trim() !== '');
    for (const [index, word] of list.entries()) {
      await node.load(`user${index}`, 'true', { uid: word, gid: 'nogroup', on_exit: 'ignore' });
      await node.load(`group${index}`, 'true', { gid: word, on_exit: 'ignore' });
    }
    const exits = await node.events.count('exit', 2 * list.length);
    for (const { exit } of exits) {
      expect(exit).toMatchObject({ kind: 'not_started', reason: expect.stringMatching(/^[ug]id: expected a user or group/) as string });
    }
  });
});

describe('a NUL', () => {
  test.for<[string, object]>([
    ['name', { name: 'a\0b' }],
    ['cmd', { cmd: 'true\0' }],
    ['args', { args: ['a\0'] }],
    ['args', { args: 'a\0' }],
    ['env', { env: { A: '\0' } }],
    ['env', { env: { 'A\0': 'b' } }],
    ['cwd', { cwd: '/\0' }],
    ['uid', { uid: '\0' }],
    ['gid', { gid: 'root\0' }],
  ])('in %s is refused in words', async ([member, config], { node }) => {
    await expect(node.load('job', 'true', config)).rejects.toThrow(new RegExp(`^${member}: expected `));
  });

  test('in what one process alone is given is refused in words', async ({ node }) => {
    const job = await node.load('job', 'true', { start: false });
    await node.supervisor.commit(job, { env: { A: 'b\0c' } });
    const { exit } = await node.events.next('exit');
    expect(exit).toMatchObject({ kind: 'not_started', reason: expect.stringMatching(/null bytes/) as string });
  });
});
