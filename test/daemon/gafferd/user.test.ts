import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { findUser, type User } from '../../../src/supervisor/user-database.ts';
import { freeLowPort } from '../../support/free-port.ts';
import type { Gafferd } from '../../support/gafferd.ts';
import { test as plainTest, type TestMachine } from '../../support/machine.ts';
import { becomes, runs } from '../../support/processes.ts';
import { CERTIFICATE, KEY } from '../config/certificate.ts';

const isRoot = process.geteuid?.() === 0;

/** Why these are skipped elsewhere: only root can become somebody else. */
const asRoot = describe.runIf(isRoot && process.platform === 'linux');

const WWW = findUser('www-data') as User;
const NOBODY = findUser('nobody') as User;

const test = plainTest.extend<{ home: string }>({
  /** A folder of root's that others can look into, with one for the state. */
  home: async ({ machine }, use) => {
    const home = join(machine.root, '..');
    for (const folder of [home, machine.root, join(machine.state, '..')]) {
      chmodSync(folder, 0o755);
    }
    await use(home);
  },
});

/** Nothing of root's own on the PATH, which others can't search. */
const PLAIN = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

async function startAs(machine: TestMachine, user: string, args: readonly string[] = [], bind?: readonly string[]): Promise<Gafferd> {
  return await machine.start(['--user', user, ...args], { env: PLAIN, ...(bind !== undefined && { bind }) });
}

/** A line of what the kernel says of each thread of a process, each different one once. */
function ofThreads(pid: number, name: string): readonly string[] {
  const texts = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1'));
  return [...new Set(texts.map((text) => new RegExp(`^${name}:[\\t ]*(.*?)[\\t ]*$`, 'm').exec(text)?.[1] ?? ''))];
}

function four(id: number): readonly string[] {
  return [[id, id, id, id].join('\t')];
}

asRoot('gafferd with a user', () => {
  test('is that user in every thread and in every way, and its jobs are', async ({ machine, home }) => {
    machine.configure(
      '[process:web]',
      'cmd = sh -c "cat /proc/self/status; exec sleep 1000"',
      'redirect_output = out',
      '[process:named]',
      'cmd = sleep 1000',
      'uid = www-data',
      `gid = ${WWW.gid}`,
    );
    const daemon = await startAs(machine, 'www-data');
    expect(home).not.toBe('');
    expect(ofThreads(daemon.pid, 'Threads').every((count) => Number(count) > 4)).toBe(true);
    for (const pid of [
      daemon.pid,
      ...(await daemon.osPids({ session: 'default', job: 'web' })),
      ...(await daemon.osPids({ session: 'default', job: 'named' })),
    ]) {
      expect(ofThreads(pid, 'Uid')).toEqual(four(WWW.id));
      expect(ofThreads(pid, 'Gid')).toEqual(four(WWW.gid));
      expect(ofThreads(pid, 'Groups')).toEqual([String(WWW.gid)]);
      for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
        expect(ofThreads(pid, name)).toEqual(['0000000000000000']);
      }
    }
    expect(daemon.stderr.text).toContain('[INFO] gafferd goes on as www-data\n');
    expect(await daemon.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('can be in another group', async ({ machine, home }) => {
    const daemon = await startAs(machine, `nobody:${WWW.gid}`);
    expect(home).not.toBe('');
    expect([ofThreads(daemon.pid, 'Uid'), ofThreads(daemon.pid, 'Gid'), ofThreads(daemon.pid, 'Groups')]).toEqual([
      four(NOBODY.id),
      four(WWW.gid),
      [String(WWW.gid)],
    ]);
  });

  test('is told by a variable, and by the file', async ({ machine, home }) => {
    machine.configure('user = www-data');
    const byFile = await machine.start([], { env: PLAIN });
    expect(ofThreads(byFile.pid, 'Uid')).toEqual(four(WWW.id));
    await byFile.end('SIGTERM');
    const byVariable = await machine.start(['--state-dir', join(home, 'state/other')], { env: { ...PLAIN, GAFFERD_USER: 'nobody' } });
    expect(ofThreads(byVariable.pid, 'Uid')).toEqual(four(NOBODY.id));
  });

  test('gives its jobs the environment of that user, and a folder to be in', async ({ machine, home }) => {
    machine.configure('[process:web]', 'cmd = sleep 1000');
    chmodSync(machine.root, 0o700); // where gafferd is started
    const config = join(home, 'gafferd.ini');
    renameSync(join(machine.root, 'gafferd.ini'), config);
    const daemon = await machine.start(['--user', 'www-data', '-c', config], { env: PLAIN });
    const [pid = 0] = await daemon.osPids({ session: 'default', job: 'web' });
    const env = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(env).toEqual(expect.arrayContaining([`HOME=${WWW.home}`, 'USER=www-data', 'LOGNAME=www-data', `SHELL=${WWW.shell}`]));
    expect(env.filter((entry) => entry.startsWith('XDG_'))).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  });

  test('listens below 1024 and at sockets in folders of root, which are that user’s then', async ({ machine, home }) => {
    const port = await freeLowPort();
    const [rooted, own] = [join(home, 'rooted.sock'), join(home, 'own')];
    mkdirSync(own);
    chownSync(own, WWW.id, WWW.gid);
    const bind = ['--bind', `127.0.0.1:${port}`, '--bind', `unix:${rooted}`, '--bind', `unix:${join(own, 'own.sock')}`];
    const daemon = await startAs(machine, 'www-data', [], bind);
    for (const url of daemon.urls) {
      expect(await daemon.ask('GET', '/ping', undefined, url)).toMatchObject({ status: 200, text: 'OK' });
    }
    for (const path of [rooted, join(own, 'own.sock')]) {
      expect(statSync(path)).toMatchObject({ uid: WWW.id, gid: WWW.gid });
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    await daemon.end('SIGTERM');
    expect([existsSync(rooted), existsSync(join(own, 'own.sock'))]).toEqual([true, false]); // it may not remove the first, and the next start does
    expect(await (await startAs(machine, 'www-data', [], bind)).ask('GET', '/ping', undefined, `unix://${rooted}`)).toMatchObject({ status: 200 });
  });

  test('goes on after SIGHUP, and says what it can’t do any more', async ({ machine, home }) => {
    const [port, other] = [await freeLowPort(), join(home, 'other.sock')];
    machine.configure(`bind = 127.0.0.1:${port}`, 'user = www-data', '[process:web]', 'cmd = sleep 1000');
    const daemon = await machine.start([], { env: PLAIN, bind: [] });
    const url = daemon.urls[0] ?? '';
    machine.configure(
      `bind = 127.0.0.1:${port}, unix:${other}`,
      'user = nobody',
      '[process:web]',
      'cmd = sleep 1000',
      '[process:new]',
      'cmd = sleep 1000',
    );
    daemon.signal('SIGHUP');
    await daemon.stderr.until('the configuration is read anew');
    expect(daemon.stderr.text).toContain(`[ERROR] cannot listen on unix:${other}: this user may not`);
    expect(daemon.stderr.text).toContain('[WARNING] user is changed in the configuration: that needs a new start of gafferd');
    await daemon.stderr.until('start default.new');
    expect((await daemon.ask('GET', '/jobs', undefined, url)).json).toEqual({ jobs: ['default.web', 'default.new'] });
    expect(ofThreads(daemon.pid, 'Uid')).toEqual(four(WWW.id));
    expect(daemon.stderr.text).not.toContain('state_dir is changed');
    chmodSync(join(machine.root, 'gafferd.ini'), 0o600);
    daemon.signal('SIGHUP');
    await daemon.stderr.until(/cannot read .*gafferd\.ini: permission denied[^]*everything stays as it is/);
    expect((await daemon.ask('GET', '/jobs', undefined, url)).json).toEqual({ jobs: ['default.web', 'default.new'] });
  });

  test('owns its state: a folder that root made or had, with all that is in it', async ({ machine, home }) => {
    const before = await machine.start([], { env: PLAIN });
    await before.ask('POST', '/jobs/shop', { name: 'web', cmd: 'sleep 1000', os_env: true });
    await before.end('SIGTERM');
    expect(statSync(join(machine.state, 'state.db')).uid).toBe(0);
    const daemon = await startAs(machine, 'www-data');
    expect(home).not.toBe('');
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.web'] });
    for (const name of ['', ...machine.stateFiles]) {
      expect(statSync(join(machine.state, name))).toMatchObject({ uid: WWW.id, gid: WWW.gid });
    }
    expect(statSync(machine.state).mode & 0o777).toBe(0o700);
    await daemon.end('SIGTERM');
    expect(await machine.run([], { env: PLAIN })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is the state folder of a gafferd of www-data: start it as that user/) as string,
    });
  });

  test('has a log that it can open anew, and a pidfile that stays root’s', async ({ machine, home }) => {
    const [log, pidfile] = [join(home, 'gafferd.log'), join(home, 'gafferd.pid')];
    const daemon = machine.spawn(['--user', 'www-data', '--error-log', log, '--pidfile', pidfile], {
      env: PLAIN,
      bind: ['--bind', `unix:${join(home, 'sock')}`],
    });
    const has = (text: string): Promise<boolean> => becomes(() => existsSync(log) && readFileSync(log, 'utf8').includes(text), 10_000);
    expect(await has('listens on')).toBe(true);
    expect(statSync(log)).toMatchObject({ uid: WWW.id, gid: WWW.gid });
    expect(statSync(pidfile)).toMatchObject({ uid: 0 });
    expect(readFileSync(pidfile, 'utf8')).toBe(`${daemon.pid}\n`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    chownSync(log, WWW.id, WWW.gid); // as logrotate's "create" does
    daemon.signal('SIGUSR1');
    daemon.signal('SIGHUP');
    expect(await has('the configuration is read anew')).toBe(true);
    renameSync(log, `${log}.2`);
    daemon.signal('SIGUSR1');
    expect(await becomes(() => readFileSync(`${log}.2`, 'utf8').includes('[ERROR] cannot open the log'), 10_000)).toBe(true);
    expect(await daemon.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('serves with a key that root alone can read, and keeps it where it can’t be read anew', async ({ machine, home }) => {
    machine.write('server.pem', CERTIFICATE);
    chmodSync(machine.write('server.key', KEY), 0o600);
    machine.configure('user = www-data', '[ssl]', 'certfile = server.pem', 'keyfile = server.key');
    const daemon = await machine.start([], { env: PLAIN });
    expect(home).not.toBe('');
    expect(daemon.urls[0]).toMatch(/^https:/);
    expect(await daemon.ask('GET', '/ping')).toMatchObject({ status: 200, text: 'OK' });
    daemon.signal('SIGHUP');
    await daemon.stderr.until(/cannot read .*server\.key: permission denied[^]*everything stays as it is/);
    expect(await daemon.ask('GET', '/ping')).toMatchObject({ status: 200, text: 'OK' });
  });

  test('ends as it should when it can’t listen, and leaves nothing', async ({ machine, home }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const pidfile = join(home, 'gafferd.pid');
    const result = await machine.run(['--user', 'www-data', '--pidfile', pidfile], { env: PLAIN, bind: ['--bind', `127.0.0.1:${port}`] });
    server.close();
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('another program listens there') as string });
    expect(existsSync(pidfile)).toBe(false);
    expect(machine.stateFiles.map((name) => statSync(join(machine.state, name)).uid)).toEqual(machine.stateFiles.map(() => WWW.id));
  });

  test('runs in the background as that user, too', async ({ machine, home }) => {
    const [log, sock] = [join(home, 'gafferd.log'), join(home, 'sock')];
    const result = await machine.run(['--daemon', '--user', 'www-data', '--error-log', log], { env: PLAIN, bind: ['--bind', `unix:${sock}`] });
    const pid = Number(/pid (\d+)/.exec(result.stdout)?.[1]);
    expect(ofThreads(pid, 'Uid')).toEqual(four(WWW.id));
    process.kill(pid, 'SIGTERM');
    expect(await becomes(() => !runs(pid), 10_000)).toBe(true);
    expect(readFileSync(log, 'utf8')).toContain('stopped\n');
  });
});

asRoot('gafferd that is root', () => {
  test('has jobs as other users, of the file and over the API, committed ones too', async ({ machine, home }) => {
    machine.configure('[process:file]', 'cmd = sleep 1000', 'uid = www-data', '[process:root]', 'cmd = sleep 1000');
    const daemon = await machine.start([], { env: PLAIN });
    expect(home).not.toBe('');
    await daemon.ask('POST', '/jobs/shop', { name: 'api', cmd: 'sleep 1000', os_env: true, uid: NOBODY.id, gid: 'www-data' });
    await daemon.ask('POST', '/jobs/shop/api/commit', {});
    expect((await daemon.ask('POST', '/jobs/shop', { name: 'bad', cmd: 'sleep 1000', uid: 4_294_967_296 })).status).toBe(400);
    /** Whoever changes the user of a process is the process for a moment. */
    const ids = async (session: string, job: string): Promise<unknown> =>
      (await daemon.osPids({ session, job })).map((pid) => [
        ofThreads(pid, 'Uid'),
        ofThreads(pid, 'Gid'),
        ofThreads(pid, 'Groups'),
        ofThreads(pid, 'CapPrm'),
      ]);
    const none = ['0000000000000000'];
    await expect.poll(async () => await ids('default', 'file')).toEqual([[four(WWW.id), four(WWW.gid), [String(WWW.gid)], none]]);
    const nobody = [four(NOBODY.id), four(WWW.gid), [String(WWW.gid)], none];
    await expect.poll(async () => await ids('shop', 'api')).toEqual([nobody, nobody]);
    const [root = 0] = await daemon.osPids({ session: 'default', job: 'root' });
    expect(ofThreads(root, 'Uid')).toEqual(four(0));
    expect(ofThreads(daemon.pid, 'Uid')).toEqual(four(0));
  });
});

asRoot('what gafferd with a user refuses', () => {
  test('is a job of the file that would be somebody else, before anything starts', async ({ machine, home }) => {
    machine.configure(
      'user = www-data',
      '[process:shop:web]',
      'cmd = sleep 1',
      'uid = nobody',
      '[process:other]',
      'cmd = sleep 1',
      'gid = root',
      '[process:fine]',
      'cmd = sleep 1',
      `uid = ${WWW.id}`,
    );
    const { code, stderr } = await machine.run(['--state-dir', join(home, 'none')], { env: PLAIN });
    const file = join(machine.root, 'gafferd.ini');
    expect([code, stderr]).toEqual([
      1,
      [
        `gafferd: ${file}:3: job "web" of session "shop": it is to run as nobody, but gafferd runs as www-data alone; remove its uid and gid, or gafferd's user`,
        `gafferd: ${file}:6: job "other" of session "default": it is to run as group 0, but gafferd runs as www-data alone; remove its uid and gid, or gafferd's user`,
        'gafferd: 2 errors in the configuration; nothing was started',
        '',
      ].join('\n'),
    ]);
    expect(existsSync(join(home, 'none'))).toBe(false);
  });

  test('is a job over the API that would be, in words', async ({ machine, home }) => {
    const daemon = await startAs(machine, 'www-data');
    expect(home).not.toBe('');
    await daemon.ask('POST', '/jobs/shop', { name: 'web', cmd: 'id', uid: 'root', on_exit: 'ignore' });
    await daemon.stderr.until(
      /shop\.web: could not start: uid: expected gaffer's own user, for only root can run a process as another; it is to run as root\n/,
    );
  });

  test.for([
    ['no-such-user', 'expected a user of this machine, as NAME or NAME:GROUP, got "no-such-user"'],
    ['www-data:no-such-group', 'expected a user of this machine, as NAME or NAME:GROUP, got "www-data:no-such-group"'],
    ['www-data:', 'expected a user of this machine, as NAME or NAME:GROUP, got "www-data:"'],
    [':daemon', 'expected a user of this machine, as NAME or NAME:GROUP, got ":daemon"'],
    ['4294967295:0', 'expected a user of this machine, as NAME or NAME:GROUP, got "4294967295:0"'],
    ['$(id)', 'expected a user of this machine, as NAME or NAME:GROUP, got "$(id)"'],
  ])('is %s', async ([user = '', message], { machine }) => {
    expect(await machine.run([`--user=${user}`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`gafferd: --user: ${message ?? ''}`) as string,
    });
  });

  test('is a link of that user’s, through which root would write or give away what is not his', async ({ machine, home }) => {
    const [own, prey] = [join(home, 'own'), join(home, 'prey')];
    mkdirSync(own);
    chownSync(own, WWW.id, WWW.gid);
    writeFileSync(prey, 'secret\n', { mode: 0o600 });
    for (const name of ['log', 'pid', 'state']) {
      symlinkSync(prey, join(own, name));
    }
    linkSync(prey, join(own, 'hard'));
    for (const args of [
      ['--error-log', join(own, 'log')],
      ['--error-log', join(own, 'hard')],
      ['--pidfile', join(own, 'pid')],
      ['--pidfile', join(own, 'hard')],
      ['--state-dir', join(own, 'state')],
    ]) {
      const daemon = machine.spawn(['--user', 'www-data', ...args], { env: PLAIN });
      await Promise.race([daemon.exit, daemon.ready().catch(() => undefined)]);
      daemon.signal('SIGTERM');
      await daemon.exit;
      expect([readFileSync(prey, 'utf8'), statSync(prey).uid, statSync(prey).mode & 0o777]).toEqual(['secret\n', 0, 0o600]);
    }
  });

  test('is a folder of root that is not for state', async ({ machine, home }) => {
    const folder = join(home, 'var');
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'other'), '');
    expect(await machine.run(['--user', 'www-data', '--state-dir', folder], { env: PLAIN })).toMatchObject({ code: 1 });
    expect([statSync(folder).uid, statSync(join(folder, 'other')).uid]).toEqual([0, 0]);
  });
});

describe.runIf(!isRoot)('gafferd that root has not started', () => {
  test('is refused another user', async ({ machine }) => {
    expect(await machine.run(['--user', 'root'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--user: expected gafferd to be started by root or by root') as string,
    });
  });
});
