import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { askAt, GAFFERD } from '../../support/gafferd.ts';
import { test as machineTest, type TestMachine } from '../../support/machine.ts';
import { becomes } from '../../support/processes.ts';
import { Program, type ProgramResult } from '../../support/program.ts';
import { Terminal } from '../../support/terminal.ts';

const CREATED = /^User 'me' created\.\nAPI Key: ([0-9a-f]{32})\n$/;

/** A machine on which gafferd is configured. */
const test = machineTest.extend<{ machine: TestMachine }>({
  machine: async ({ machine }, use) => {
    machine.configure();
    await use(machine);
  },
});

/** Runs gafferd with something on its stdin. */
async function run(machine: TestMachine, args: readonly string[], input = ''): Promise<ProgramResult> {
  return await new Program(args, { program: GAFFERD, cwd: machine.root, env: machine.env(), input }).result();
}

/** A file that only its user can read. */
function secretFile(machine: TestMachine, text: string): string {
  const file = machine.write('password');
  chmodSync(file, 0o600);
  machine.write('password', text);
  return file;
}

/** Who gets a key by a password. */
async function logIn(url: string, name: string, password: string): Promise<{ status: number; json: unknown }> {
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  return await askAt(url, 'GET', '/auth', undefined, { authorization });
}

const WITH_KEYS = ['--require-key'];

describe('gafferd --create-admin-user', () => {
  test('makes a user and an admin key, in a state folder that it makes', async ({ machine }) => {
    const file = secretFile(machine, 'correct horse');
    const { code, stdout, stderr } = await run(machine, ['--create-admin-user', '--username', 'me', '--password-file', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, key = ''] = CREATED.exec(stdout) ?? [];
    expect(statSync(machine.state).mode & 0o777).toBe(0o700);
    const { stdout: admins } = await run(machine, ['--list-admins']);
    expect(admins).toMatch(/^me - key-[0-9a-f]{12}\n$/);
    const daemon = await machine.start(WITH_KEYS);
    const [url = ''] = daemon.urls;
    expect((await askAt(url, 'GET', '/jobs')).status).toBe(401);
    expect((await askAt(url, 'GET', '/jobs', undefined, { 'x-api-key': key })).status).toBe(200);
    expect((await askAt(url, 'GET', '/users', undefined, { 'x-api-key': key })).json).toEqual({ users: ['me'] });
    expect((await logIn(url, 'me', 'correct horse')).status).toBe(200);
    expect((await logIn(url, 'me', 'wrong horse')).status).toBe(401);
    expect(readFileSync(join(machine.state, 'state.db'), 'latin1')).not.toMatch(new RegExp(`${key}|correct horse`));
  });

  test('works while gafferd runs, which knows the user at once and answers meanwhile', async ({ machine }) => {
    expect((await run(machine, ['--create-admin-user', '--username', 'first', '--password-file', '-'], 'correct horse\n')).code).toBe(0);
    const daemon = await machine.start(WITH_KEYS);
    const [url = ''] = daemon.urls;
    expect((await logIn(url, 'me', 'correct horse')).status).toBe(401);
    const { stdout } = await run(machine, ['--create-admin-user', '--username', 'me'], 'correct horse\n');
    const [, key = ''] = CREATED.exec(stdout) ?? [];
    expect((await askAt(url, 'GET', '/users', undefined, { 'x-api-key': key })).json).toEqual({ users: ['first', 'me'] });
    expect((await logIn(url, 'me', 'correct horse')).status).toBe(200);
    const made = await askAt(url, 'POST', '/users', { username: 'other', password: 'correct horse' }, { 'x-api-key': key });
    expect(made.status).toBe(200);
    expect((await run(machine, ['--create-admin-user', '--username', 'other'], 'correct horse')).stderr).toBe(
      "gafferd: username 'other' already exists. Please choose another\n",
    );
    expect((await run(machine, ['--list-admins'])).stdout).toMatch(/^first - key-\w+\nme - key-\w+\n$/);
    await daemon.end('SIGTERM');
    expect((await run(machine, ['--list-admins'])).stdout).toMatch(/^first - key-\w+\nme - key-\w+\n$/);
  });

  test('refuses a name that is taken', async ({ machine }) => {
    const args = ['--create-admin-user', '--username', 'me'];
    await run(machine, args, 'correct horse');
    const again = await run(machine, args, 'another horse');
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: "gafferd: username 'me' already exists. Please choose another\n" });
    expect((await run(machine, ['--list-admins'])).stdout.trim().split('\n')).toHaveLength(1);
  });

  test('tells of a password on the command line, which nobody sees in the list of processes any more', async ({ machine }) => {
    const fifo = new Program(['--create-admin-user', '--username', 'me', '--password', 'correct horse'], {
      program: GAFFERD,
      cwd: machine.root,
      env: machine.env(),
    });
    await fifo.stderr.until(/--password-file, or type it\n/);
    const shown = existsSync(`/proc/${fifo.pid}/cmdline`) ? readFileSync(`/proc/${fifo.pid}/cmdline`, 'latin1') : '';
    expect(shown).not.toContain('correct horse');
    const { code, stdout, stderr } = await fifo.result();
    expect(code).toBe(0);
    expect(stdout).toMatch(CREATED);
    expect(stderr).toBe('gafferd: everybody on this machine could read the password in the list of processes: use --password-file, or type it\n');
  });

  test('tells of a file that others can read', async ({ machine }) => {
    const file = secretFile(machine, 'correct horse');
    chmodSync(file, 0o644);
    const { code, stderr } = await run(machine, ['--create-admin-user', '--username', 'me', '--password-file', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `gafferd: ${file} can be read by others: chmod 600 ${file}\n` });
  });

  test('says in one line what it was given wrong, and makes nothing', async ({ machine }) => {
    const missing = join(machine.root, 'none');
    const two = secretFile(machine, 'correct\nhorse');
    const create = '--create-admin-user';
    for (const [args, input, expected] of [
      [[create], 'correct horse', [2, 'expected --username NAME, for nobody can be asked here']],
      [[create, '--username', 'a:b'], 'correct horse', [1, expect.stringContaining('username: expected a name without ":"')]],
      [[create, '--username', 'me'], 'short', [1, 'password: expected 8 characters at least, got 5']],
      [[create, '--username', 'me'], '', [2, 'expected a password in one line from stdin, got none']],
      [[create, '--username', 'me', '--password-file', two], '', [2, `expected a password in one line from ${two}, got more`]],
      [
        [create, '--username', 'me', '--password-file', missing],
        '',
        [2, expect.stringContaining(`cannot read the password from ${missing}: ENOENT`)],
      ],
      [[create, '--password', 'a', '--password-file', two, '--username', 'me'], '', [2, 'expected --password or --password-file, got both']],
      [['--username', 'me'], '', [2, '--username belongs to --create-admin-user']],
      [['--list-admins', '--password', 'x'], '', [2, '--password belongs to --create-admin-user']],
      [[create, '--list-admins'], '', [2, 'expected one thing to do, got --create-admin-user and --list-admins']],
    ] as const) {
      const { code, stdout, stderr } = await run(machine, args, input);
      expect([code, stderr.replace(/^gafferd: (.*)\n$/, '$1'), stdout]).toEqual([...expected, '']);
    }
    expect((await run(machine, ['--list-admins'])).stdout).toBe('');
  });

  // only root can give files to somebody else
  test.skipIf(process.getuid?.() !== 0)('as root acts as the owner of the state, and as another user says whose it is', async ({ machine }) => {
    mkdirSync(machine.state, { recursive: true, mode: 0o700 });
    chownSync(machine.state, 12_345, 12_345);
    expect((await run(machine, ['--create-admin-user', '--username', 'me'], 'correct horse')).code).toBe(1); // the folder above is root's alone
    for (const folder of [join(machine.state, '..'), join(machine.state, '../..')]) {
      chmodSync(folder, 0o755);
    }
    expect((await run(machine, ['--create-admin-user', '--username', 'me'], 'correct horse')).stdout).toMatch(CREATED);
    expect(statSync(join(machine.state, 'state.db'))).toMatchObject({ uid: 12_345, gid: 12_345 });
    expect((await run(machine, ['--list-admins'])).stdout).toMatch(/^me - key-/);
    chownSync(machine.state, 0, 0);
    chownSync(join(machine.state, 'state.db'), 0, 0);
  });

  // only root can go on as somebody else
  test.skipIf(process.getuid?.() !== 0)('as root makes the state folder for the user that gafferd goes on as', async ({ machine }) => {
    machine.configure('user = nobody', 'state_dir = ../state/gaffer');
    for (const folder of [join(machine.state, '..'), join(machine.state, '../..')]) {
      chmodSync(folder, 0o755);
    }
    expect((await run(machine, ['--create-admin-user', '--username', 'me'], 'correct horse')).stdout).toMatch(CREATED);
    const { uid } = statSync(machine.state);
    expect(uid).toBeGreaterThan(0);
    expect(statSync(join(machine.state, 'state.db')).uid).toBe(uid);
  });
});

describe('gafferd --create-admin-user on a terminal', () => {
  function open(machine: TestMachine, ...args: readonly string[]): Terminal {
    const terminal = new Terminal(['--create-admin-user', ...args], { program: GAFFERD, cwd: machine.root, env: machine.env({ TERM: 'xterm' }) });
    onTestFinished(() => {
      if (!terminal.hasEnded) {
        terminal.signal('SIGKILL');
      }
    });
    return terminal;
  }

  test('asks, and shows nothing of the password', async ({ machine }) => {
    const terminal = open(machine);
    await terminal.output.until(/username: $/);
    terminal.type('mx\x7fe\r');
    await terminal.output.until(/password: $/);
    terminal.type('correct x\x17horse\r');
    await terminal.output.until(/confirm password: $/);
    terminal.type('correct horse\r');
    expect(await terminal.exit).toMatchObject({ code: 0 });
    expect(terminal.text).toMatch(/^username: mx\x08 \x08e\npassword: \nconfirm password: \nUser 'me' created\.\nAPI Key: [0-9a-f]{32}\n$/);
  });

  test('takes what is typed or pasted ahead, without showing it', async ({ machine }) => {
    const terminal = open(machine);
    await terminal.output.until(/username: $/);
    terminal.type('me\rcorrect horse\rcorrect horse\r');
    expect(await terminal.exit).toMatchObject({ code: 0 });
    expect(terminal.text).not.toContain('correct');
    expect(terminal.text).toContain("User 'me' created.");
  });

  test('asks again when the two differ, or it is too short', async ({ machine }) => {
    const terminal = open(machine, '--username', 'me');
    await terminal.output.until(/password: $/);
    terminal.type('short\r');
    await terminal.output.until(/got 5; try again\r?\npassword: $/);
    terminal.type('correct horse\rcorrect house\r');
    await terminal.output.until(/the two passwords differ; try again\r?\npassword: $/);
    terminal.type('correct horse\rcorrect horse\r');
    expect(await terminal.exit).toMatchObject({ code: 0 });
  });

  test('says before it asks that a name is taken', async ({ machine }) => {
    await run(machine, ['--create-admin-user', '--username', 'me'], 'correct horse');
    const terminal = open(machine, '--username', 'me');
    expect(await terminal.exit).toMatchObject({ code: 1 });
    expect(terminal.text).toBe("gafferd: username 'me' already exists. Please choose another\n");
  });

  test('can be left with Ctrl-C and Ctrl-D, and nothing is made', async ({ machine }) => {
    const interrupted = open(machine, '--username', 'me');
    await interrupted.output.until(/password: $/);
    interrupted.type('corr\x03');
    expect(await interrupted.exit).toEqual({ code: null, signal: 2 });
    const ended = open(machine, '--username', 'me');
    await ended.output.until(/password: $/);
    ended.type('\x04');
    expect(await ended.exit).toMatchObject({ code: 2 });
    expect(ended.text).toBe('password: \ngafferd: expected an answer, got none\n');
    expect((await run(machine, ['--list-admins'])).stdout).toBe('');
  });

  test('leaves the terminal as it was, and lets gafferd start while it asks', async ({ machine }) => {
    const line = `stty -a | grep -o -- '-*echo\\b' > before; ${process.execPath} ${GAFFERD} --create-admin-user --username me; stty -a | grep -o -- '-*echo\\b' > after; sync`;
    const shell = machine.write('ask.sh', 'trap : INT', line);
    const terminal = new Terminal(
      ['-e', `process.exitCode = require('node:child_process').spawnSync('sh', ['${shell}'], { stdio: 'inherit' }).status`],
      {
        program: '--no-warnings',
        cwd: machine.root,
        env: machine.env({ TERM: 'xterm' }),
      },
    );
    onTestFinished(() => (terminal.hasEnded ? undefined : terminal.signal('SIGKILL')));
    await terminal.output.until(/password: $/);
    const daemon = await machine.start(['--no-require-key']);
    terminal.type('\x03');
    await terminal.exit;
    expect(await becomes(() => existsSync(join(machine.root, 'after')), 10_000)).toBe(true);
    expect(readFileSync(join(machine.root, 'after'), 'utf8')).toBe('echo\n');
    expect(readFileSync(join(machine.root, 'before'), 'utf8')).toBe('echo\n');
    expect(daemon.hasEnded).toBe(false);
  });
});

describe('gafferd --list-admins', () => {
  test('makes nothing where nothing is', async ({ machine }) => {
    expect(await run(machine, ['--list-admins'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(machine.stateFiles).toEqual([]);
  });
});
