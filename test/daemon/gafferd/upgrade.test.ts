import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { sendSignal } from '../../../src/supervisor/process-table.ts';
import { findUser } from '../../../src/supervisor/user-database.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { freeLowPort } from '../../support/free-port.ts';
import { GAFFERD, type Gafferd } from '../../support/gafferd.ts';
import { EventFollower, LogFollower } from '../../support/lasting-follower.ts';
import { type TestMachine, test } from '../../support/machine.ts';
import { becomes, runs } from '../../support/processes.ts';
import { Program } from '../../support/program.ts';
import { endGafferd, gafferdOf, gafferds, hasTakenOverFrom, Pinger, pidIn } from '../../support/upgrades.ts';

/** Only root can become somebody else. */
const asRoot = test.runIf(process.geteuid?.() === 0 && process.platform === 'linux');

const COUNTER = { session: 'default', job: 'counts' };

/** Has a job that says its pid and 1, 2, 3 …, and a pidfile. */
function configure(machine: TestMachine, ...lines: readonly string[]): void {
  const script = machine.write('counts.sh', 'n=0', 'while sleep 0.02; do n=$((n + 1)); echo "$$ $n"; done');
  machine.configure('pidfile = gafferd.pid', ...lines, '[process:counts]', `cmd = sh ${script}`, 'redirect_output = out');
}

/** Waits until something was upgraded or not, whatever gafferd's stderr says of it. */
async function settled(machine: TestMachine, counter: number): Promise<void> {
  expect(await becomes(() => gafferds(machine).length === 1 && gafferdOf(machine) === gafferds(machine)[0], 20_000), 'one gafferd').toBe(true);
  expect(runs(counter), 'the child runs on').toBe(true);
}

async function counterOf(daemon: Gafferd): Promise<number> {
  let osPid = 0;
  await expect.poll(async () => ([osPid = 0] = await daemon.osPids(COUNTER))).toEqual([expect.toSatisfy(runs)]);
  return osPid;
}

describe('gafferd that is upgraded', () => {
  test('ten times in a row is not missed by its clients, its followers and its jobs', { timeout: 120_000 }, async ({ machine }) => {
    const socket = `unix://${machine.root}/gafferd.sock`;
    configure(machine);
    const daemon = await machine.start(['--bind', '127.0.0.1:0', '--bind', socket], { bind: [] });
    const [url = ''] = daemon.urls;
    const counter = await counterOf(daemon);
    const followers = [new LogFollower(url, () => undefined), new EventFollower(url)] as const;
    await Promise.all(followers.map(({ begun }) => begun));
    const pingers = [new Pinger(url, { keepsAlive: false }), new Pinger(socket, { keepsAlive: false }), new Pinger(url, { keepsAlive: true })];
    for (let round = 0; round < 10; round += 1) {
      const before = pidIn(join(machine.root, 'gafferd.pid'));
      process.kill(before, 'SIGUSR2');
      expect(await hasTakenOverFrom(before, machine), `round ${round}:\n${daemon.stderr.text}`).toBe(true);
      expect(pidIn(join(machine.root, 'gafferd.pid'))).toBe(gafferdOf(machine));
      expect(await daemon.osPids(COUNTER), `round ${round}`).toEqual([counter]);
      expect((await daemon.ask('POST', '/jobs/default/counts/signal', { signal: 'CONT' })).status).toBe(202); // something to tell of
    }
    await Promise.all(pingers.map((pinger) => pinger.close()));
    const [log, events] = followers;
    const { count } = log.lines;
    expect(await becomes(() => log.lines.count > count + 5, 10_000), 'lines come').toBe(true);
    await Promise.all(followers.map((follower) => follower.close()));
    expect({ log: log.problems, events: events.problems }).toEqual({ log: [], events: [] });
    // a connection that was open may be closed in the moment in which it is used again, and the file of the socket is away for a moment once
    expect(pingers.flatMap(({ failures }) => failures).filter((failure) => !['again ECONNRESET', 'ENOENT'].includes(failure))).toEqual([]);
    expect(pingers.every(({ answers }) => answers > 50)).toBe(true);
    await endGafferd(machine);
    expect(existsSync(join(machine.root, 'gafferd.sock'))).toBe(false);
    expect(existsSync(join(machine.root, 'gafferd.pid'))).toBe(false);
  });

  test('by --upgrade reads its configuration anew, and channels go on where they were', async ({ machine }) => {
    configure(machine);
    const daemon = await machine.start(['-v']);
    const counter = await counterOf(daemon);
    const port = Number(new URL(daemon.urls[0] ?? '').port);
    const channel = await ChannelClient.open(port);
    const { data } = await channel.subscribe('EVENTS');
    configure(machine, '[process:more]', 'cmd = sleep 1000');
    const { code, stdout, stderr } = await machine.run(['--upgrade']);
    const now = gafferdOf(machine);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `gafferd 0.1.0 (pid ${now}) has taken over from pid ${daemon.pid}\n`, stderr: '' });
    expect(await daemon.exit).toEqual({ code: 0, signal: null });
    expect(await becomes(() => channel.closed !== undefined, 10_000)).toBe(true);
    const again = await ChannelClient.open(port);
    const { seq, run } = data as { readonly seq: number; readonly run: string };
    await again.subscribe('EVENTS', { since: `${seq}@${run}` });
    await again.find((message) => JSON.stringify(message).includes('"default.more"'));
    await daemon.stdout.until('default.more | start');
    expect(await daemon.osPids(COUNTER)).toEqual([counter]);
    again.socket.terminate();
    await endGafferd(machine);
  });

  test('goes on where the new one cannot start, and says why', async ({ machine }) => {
    const program = join(machine.root, 'installed-gafferd.js');
    symlinkSync(GAFFERD, program);
    configure(machine, 'bind = 127.0.0.1:0');
    const daemon = new Program([], { program, cwd: machine.root, env: machine.env() });
    await daemon.stderr.until(/listens on .*\n/);
    const upgrade = async (): Promise<string> => {
      const { code, stderr } = await machine.run(['--upgrade'], { bind: [] });
      expect({ code, pid: gafferdOf(machine) }).toEqual({ code: 1, pid: daemon.pid });
      return stderr.replaceAll(machine.root, '.').replace(/^gafferd: the upgrade has failed, gafferd \(pid \d+\) goes on: /, '');
    };
    rmSync(program);
    expect(await upgrade()).toBe('there is no ./installed-gafferd.js any more: install gaffer and Node where they were\n');
    writeFileSync(program, 'process.exit(7);\n');
    expect(await upgrade()).toMatch(/^it has ended with exit code 7 before it was ready; .*\n$/);
    rmSync(program);
    symlinkSync(GAFFERD, program);
    configure(machine, 'bind = 127.0.0.1:0', 'certfile = nowhere.pem');
    daemon.signal('SIGUSR2');
    await daemon.stderr.until(/\[ERROR\] the upgrade has failed, this gafferd goes on: [^\n]*gafferd\.ini:\d+: [^\n]*\n/);
    daemon.signal('SIGTERM');
    expect(await daemon.exit).toEqual({ code: 0, signal: null });
  });

  test('is upgraded once when that is asked for again meanwhile', async ({ machine }) => {
    configure(machine);
    const daemon = await machine.start();
    const counter = await counterOf(daemon);
    const asking = machine.run(['--upgrade']);
    await daemon.stderr.until('a new gafferd is started');
    daemon.signal('SIGUSR2');
    const { code, stdout } = await asking;
    expect({ code, stdout }).toEqual({ code: 0, stdout: `gafferd 0.1.0 (pid ${gafferdOf(machine)}) has taken over from pid ${daemon.pid}\n` });
    await settled(machine, counter);
    expect(daemon.stderr.text.match(/a new gafferd is started/g)).toHaveLength(1);
    await endGafferd(machine);
  });

  test('ends with everything where SIGTERM comes meanwhile', { timeout: 60_000 }, async ({ machine }) => {
    for (const afterMs of [0, 150, 300, 450]) {
      configure(machine);
      const daemon = await machine.start();
      daemon.signal('SIGUSR2');
      await pause(afterMs);
      daemon.signal('SIGTERM');
      expect((await daemon.exit).code, `after ${afterMs} ms`).toBe(0);
      const nobodyIsLeft = (): boolean => machine.processes.length === 0;
      await becomes(() => nobodyIsLeft() || daemon.stderr.text.includes('has taken over'), 10_000); // what it has said last may be read after its exit
      if (!nobodyIsLeft() && daemon.stderr.text.includes('has taken over')) {
        await endGafferd(machine); // the signal has come too late for the one who had nothing left
      }
      expect(await becomes(nobodyIsLeft, 10_000), `after ${afterMs} ms:\n${daemon.stderr.text}`).toBe(true);
    }
  });

  test('keeps its jobs whoever of the two is killed in the middle', { timeout: 120_000 }, async ({ machine }) => {
    configure(machine);
    let daemon = await machine.start();
    const counter = await counterOf(daemon);
    for (const [index, victim] of (['new', 'old', 'new', 'old', 'new', 'old'] as const).entries()) {
      const old = gafferdOf(machine)!;
      const from = daemon.stderr.text.length;
      process.kill(old, 'SIGUSR2');
      const started = (): string | undefined => /a new gafferd is started with pid (\d+)/.exec(daemon.stderr.text.slice(from))?.[1];
      expect(await becomes(() => started() !== undefined, 10_000), `${index}: asked ${old}:\n${daemon.stderr.text.slice(from)}`).toBe(true);
      if (index >= 2) {
        await becomes(() => daemon.stderr.text.slice(from).includes('this one leaves'), 10_000);
        await pause(index < 4 ? 0 : 70);
      }
      sendSignal(victim === 'new' ? Number(started()) : old, 'SIGKILL'); // the old one may have left by then
      const news = index === 0 ? 'the upgrade has failed' : 'listens on'; // whoever goes on says so, in the log that all of them have
      const isOver = (): boolean =>
        daemon.stderr.text.slice(from).includes(news) && gafferds(machine).length === 1 && gafferdOf(machine) === gafferds(machine)[0];
      expect(await becomes(isOver, 20_000), `${index}: ${victim} killed:\n${daemon.stderr.text.slice(from)}`).toBe(true);
      expect(runs(counter), `${index}: the child runs on`).toBe(true);
    }
    await endGafferd(machine);
    configure(machine);
    daemon = await machine.start();
    expect(await counterOf(daemon)).not.toBe(counter);
    expect(readFileSync(join(machine.root, 'gafferd.pid'), 'utf8')).toBe(`${daemon.pid}\n`);
  });

  asRoot('goes on as the user that root has made it, at a port that only root can open', async ({ machine }) => {
    for (const folder of [join(machine.root, '..'), machine.root, join(machine.state, '..')]) {
      chmodSync(folder, 0o755);
    }
    machine.configure('user = www-data', '[process:idle]', 'cmd = sleep 1000');
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
    const daemon = await machine.start([], { env, bind: ['--bind', `127.0.0.1:${await freeLowPort()}`] });
    const idle = { session: 'default', job: 'idle' };
    await expect.poll(async () => await daemon.osPids(idle)).toEqual([expect.toSatisfy(runs)]);
    const before = await daemon.osPids(idle);
    expect(await machine.run(['--upgrade'], { env, bind: [] })).toMatchObject({ code: 0, stderr: '' });
    expect(await daemon.osPids(idle)).toEqual(before);
    expect(statSync(`/proc/${gafferdOf(machine)}`).uid).toBe(findUser('www-data')?.id);
    machine.configure('user = www-data', 'pidfile = gafferd.pid', '[process:idle]', 'cmd = sleep 1000');
    const refused = await machine.run(['--upgrade'], { env, bind: [] });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/the pidfile .* would go on naming the old process: EACCES/) as string });
    expect(await daemon.osPids(idle)).toEqual(before);
    await endGafferd(machine);
  });
});
