import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type JobConfig, settingsOf } from '../../src/job/config.ts';
import { flatEnvironment, plainEnvironment } from '../../src/supervisor/environment.ts';
import { type Launch, type LaunchContext, prepareLaunch } from '../../src/supervisor/launch.ts';
import { findExecutable, isExecutable } from '../../src/supervisor/program-search.ts';

const CONTEXT: LaunchContext = {
  jobName: 'test.web',
  slot: 1,
  runId: 'run',
  osEnv: plainEnvironment({ PATH: '/usr/bin:/bin', HOME: '/root', UNSET: undefined }),
};

function launch(config: Partial<JobConfig>, context: Partial<LaunchContext> = {}): Launch {
  const prepared = prepareLaunch(settingsOf({ name: 'web', cmd: 'program', ...config }), { ...CONTEXT, ...context });
  return { ...prepared, env: flatEnvironment(prepared.env) };
}

describe('the words that are executed', () => {
  it.each<{ readonly config: Partial<JobConfig>; readonly words: readonly string[] }>([
    { config: { cmd: 'server --port 80' }, words: ['server', '--port', '80'] },
    { config: { cmd: 'server "a b"', args: ['c d', '$A'], env: { A: 'x y' } }, words: ['server', 'a b', 'c d', 'x y'] },
    { config: { cmd: 'server -x', args: "'c d' e" }, words: ['server', '-x', 'c d', 'e'] },
    { config: { cmd: 'server ${A}$$B', env: { A: '1' } }, words: ['server', '1$B'] },
    { config: { cmd: '$A/server', env: { A: '1' } }, words: ['$A/server'] },
    { config: { cmd: 'echo $HOME | cat', shell: true }, words: ['sh', '-c', 'echo $HOME | cat'] },
    { config: { cmd: 'echo', args: ['a b', "it's", '$HOME'], shell: true }, words: ['sh', '-c', String.raw`echo 'a b' 'it'\''s' '$HOME'`] },
  ])('of $config are $words', ({ config, words }) => {
    const { cmd, cmdArgs } = launch(config);
    expect([cmd, ...cmdArgs]).toEqual(words);
  });

  it.each(['server $MISSING', 'server ${MISSING}', 'server $', 'server $1'])('of %s are none', (cmd) => {
    expect(() => launch({ cmd })).toThrow(expect.objectContaining({ code: 'invalid_config' }));
  });

  it('can hold what is given for one process alone', () => {
    expect(launch({ cmd: 'server $A', env: { A: '1' } }, { extraEnv: { A: '2' } }).args).toEqual(['2']);
  });

  it('see the port and the name that gaffer gives', () => {
    expect(launch({ cmd: 'server $PORT $PS', port: 5000 }, { slot: 3 }).args).toEqual(['5002', 'web.3']);
  });
});

describe('the environment', () => {
  it("is the job's alone, with the mark and the name of the process", () => {
    expect(launch({ env: { A: '1' } }).env).toEqual({ A: '1', PS: 'web.1', GAFFER_RUN_ID: 'run' });
  });

  it("starts from the supervisor's where the job says so, and the job's own wins", () => {
    expect(launch({ os_env: true, env: { HOME: '/home/x' } }).env).toEqual({
      PATH: '/usr/bin:/bin',
      HOME: '/home/x',
      PS: 'web.1',
      GAFFER_RUN_ID: 'run',
    });
  });

  it('has the port of its slot, whatever else says so', () => {
    expect(launch({ port: 5000, env: { PORT: '80' } }, { slot: 2 })).toMatchObject({ env: { PORT: '5001' }, port: 5001 });
    expect(launch({ port: 5000 }, { slot: 0 })).toMatchObject({ env: { PORT: '5000', PS: 'web.0' } });
    expect(launch({}).port).toBeUndefined();
  });

  it('belongs to one process: what is added to one is in no other', () => {
    const config = { env: { A: '1' } };
    expect(launch(config, { extraEnv: { B: '2' } }).env).toMatchObject({ A: '1', B: '2' });
    expect(launch(config).env).not.toHaveProperty('B');
    expect(config.env).toEqual({ A: '1' });
  });

  it('has no mark where no supervisor looks for it', () => {
    expect(launch({}, { runId: undefined }).env).toEqual({ PS: 'web.1' });
  });
});

describe('a program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  const first = join(folder, 'first');
  const second = join(folder, 'second');
  for (const path of [first, second, join(first, 'folder')]) {
    mkdirSync(path);
  }
  writeFileSync(join(second, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(first, 'text'), '');
  chmodSync(join(first, 'text'), 0o644);
  writeFileSync(join(second, 'text'), '', { mode: 0o755 });
  writeFileSync(join(second, 'folder'), '', { mode: 0o755 });
  symlinkSync(join(folder, 'nowhere'), join(first, 'tool'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['tool', 'text', 'folder'])('%s is the first on the PATH that can be executed', (name) => {
    expect(findExecutable(name, `${first}:/nowhere:${second}`)).toBe(join(second, name));
  });

  it('is not found where there is none', () => {
    expect(findExecutable('tool', first)).toBeUndefined();
    expect(findExecutable('tool', '')).toBeUndefined();
  });

  it('is looked for where systems keep theirs when there is no PATH', () => {
    expect(findExecutable('sh', undefined)).toMatch(/\/sh$/);
  });

  it('is looked for here by an empty entry of the PATH', () => {
    expect(findExecutable('package.json', `${first}:`)).toBeUndefined();
    expect(isExecutable('.')).toBe(false);
  });

  it("of a job without a PATH is looked for along the supervisor's", () => {
    expect(launch({ cmd: 'tool' }, { osEnv: { PATH: second } }).file).toBe(join(second, 'tool'));
    expect(launch({ cmd: 'tool', env: { PATH: first } }, { osEnv: { PATH: second } }).file).toBe('tool');
    expect(launch({ cmd: './tool' }, { osEnv: { PATH: second } }).file).toBe('./tool');
    expect(launch({ cmd: 'missing' }, { osEnv: { PATH: second } }).file).toBe('missing');
  });
});

describe('another user', () => {
  it('that is not known is an error', () => {
    expect(() => launch({ uid: 'no-such-user' })).toThrow(/^uid: expected a user/);
    expect(() => launch({ gid: 'no-such-group' })).toThrow(/^gid: expected/);
  });

  it('that is this one changes nothing', () => {
    const own = process.geteuid?.() ?? 0;
    const group = process.getegid?.() ?? 0;
    expect(launch({ uid: own, gid: group })).toMatchObject({ file: expect.stringMatching(/program$/) as string, uid: undefined, gid: undefined });
  });

  it.runIf(process.geteuid?.() === 0)("is changed to by a program that knows that user's groups", () => {
    const { file, args, cmd, cmdArgs } = launch({ cmd: 'sleep 1', uid: 'nobody' });
    expect(file).toMatch(/setpriv$/);
    expect(args.slice(-3)).toEqual(['--', expect.stringMatching(/sleep$/), '1']);
    expect([cmd, ...cmdArgs]).toEqual(['sleep', '1']);
  });

  it.runIf(process.geteuid?.() === 0)('is asked of the system itself when there is no such program, whose answer says so', () => {
    for (const config of [
      { cmd: 'no-such-program' },
      { cmd: './no-such-program' },
      { cmd: 'sh', env: { PATH: '/nowhere' } },
      { cmd: 'bin/sh', cwd: '/usr/share' },
    ]) {
      expect(launch({ ...config, uid: 'nobody', gid: 'root' })).toMatchObject({ uid: 65534, gid: 0, args: [] });
    }
    expect(launch({ cmd: 'bin/sh', cwd: '/usr', uid: 'nobody' }).args.slice(-2)).toEqual(['--', 'bin/sh']);
  });

  it.runIf(process.geteuid?.() === 0)('needs setpriv, wherever the job itself looks for programs', () => {
    expect(launch({ cmd: 'sleep', uid: 'nobody', env: { PATH: '/bin' } }).file).toMatch(/^\/.*setpriv$/);
    expect(() => launch({ cmd: '/bin/sleep', uid: 'nobody' }, { osEnv: { PATH: '/nowhere' } })).toThrow(/^uid: expected the program setpriv/);
  });
});
