import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameMessage } from '../../src/keeper/frame.ts';
import { systemClock } from '../../src/supervisor/clock.ts';
import { sendSignal } from '../../src/supervisor/process-table.ts';
import { KeeperSite, Watched } from '../support/keeper-site.ts';
import { becomes, runs, sessionOf } from '../support/processes.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PATIENCE_MS = 10_000;

async function ends(pid: number): Promise<boolean> {
  return becomes(() => !runs(pid), PATIENCE_MS);
}

describe('a keeper', () => {
  it('starts processes in place of gafferd and tells of their output, then of their end', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    expect(host.legacy).toBeUndefined();
    const child = await Watched.start(host, site.request('echo one; echo two >&2; exit 3'));
    expect(sessionOf(child.process.osPid ?? 0)).not.toBe(sessionOf(process.pid));
    expect((await child.exit).exit).toEqual({ kind: 'code', code: 3 });
    expect([child.text(), child.text('stderr')]).toEqual(['one\n', 'two\n']);
  });

  it('tells why a program can not be executed, as if gafferd itself had tried', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const missing = await Watched.start(host, site.request('', {}, { file: 'no-such-program' }));
    const nowhere = await Watched.start(host, site.request('', {}, { cwd: '/no/such/folder' }));
    expect([missing.process.osPid, (await missing.exit).exit]).toEqual([
      undefined,
      { kind: 'not_started', reason: 'command not found: no-such-program', code: 127 },
    ]);
    expect((await nowhere.exit).exit).toEqual({ kind: 'not_started', reason: 'cannot run in /no/such/folder: no such folder', code: 126 });
  });

  it('gives processes the environment that is meant and none of its own', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const behind = Object.assign(Object.create(null) as Record<string, string>, { PATH: process.env['PATH'], FROM: 'gafferd', BOTH: 'gafferd' });
    const env = Object.assign(Object.create(behind) as Record<string, string>, { BOTH: 'own', GAFFER_RUN_ID: site.runId });
    const [inFront, alone] = await Promise.all([
      Watched.start(host, site.request('env | grep -Ev "^(PWD|SHLVL|_|OLDPWD)=" | sort', {}, { env })),
      Watched.start(host, site.request('env | grep -Ev "^(PWD|SHLVL|_|OLDPWD)=" | sort')),
    ]);
    await Promise.all([inFront.exit, alone.exit]);
    expect(inFront.text().split('\n')).toEqual(['BOTH=own', 'FROM=gafferd', `GAFFER_RUN_ID=${site.runId}`, `PATH=${process.env['PATH']}`, '']);
    expect(alone.text().split('\n')).toEqual([`GAFFER_RUN_ID=${site.runId}`, `PATH=${process.env['PATH']}`, '']);
  });

  it('runs processes without a folder of their own in that of gafferd', async () => {
    const site = new KeeperSite();
    const child = await Watched.start(await site.open(), site.request('pwd -P', {}, { cwd: undefined }));
    await child.exit;
    expect(child.text()).toBe(`${process.cwd()}\n`);
  });

  it('can not give a process what only gafferd itself has, and says so', async () => {
    const site = new KeeperSite();
    const child = await Watched.start(await site.open(), site.request('true', { customChannels: [1] }));
    expect((await child.exit).exit).toMatchObject({ kind: 'not_started', reason: expect.stringContaining('custom channels') as string });
  });

  it('writes to streams, and says what became of it', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const child = await Watched.start(host, site.request('exec 0<&-; cat <&3 >&3; read line', { input: true, customStreams: ['side'] }));
    await child.stream('side').write('over the side');
    await child.until((text) => text === 'over the side', 'side');
    await expect(child.stream('stdout').write('x')).rejects.toThrow(/expected a stream that can be written to/);
    await expect(child.stream('stdin').write('x')).rejects.toMatchObject({ code: 'write_failed' });
    child.stream('side').end();
    await expect(child.stream('side').write('x')).rejects.toThrow(/was closed/);
    await child.exit;
    await expect(child.stream('side').write('x')).rejects.toMatchObject({ code: 'write_failed' });
  });

  it('refuses to keep more for a process that does not read than is good', async () => {
    const site = new KeeperSite();
    const child = await Watched.start(await site.open(), site.request('sleep 100', { input: true }));
    const first = child.stream('stdin').write(Buffer.alloc(3 * 1024 * 1024));
    await expect(child.stream('stdin').write(Buffer.alloc(2 * 1024 * 1024))).rejects.toMatchObject({ code: 'stream_busy' });
    process.kill(child.process.osPid ?? 0, 'SIGKILL');
    await expect(first).rejects.toMatchObject({ code: 'write_failed' });
    expect((await child.exit).exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
  });

  it('ends when there is nothing to keep, and leaves no file', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const child = await Watched.start(host, site.request('exit 0'));
    await child.exit;
    await host.finish();
    expect(readdirSync(site.folder)).toEqual([]);
    expect(await ends(pid)).toBe(true);
    expect(site.lost).toEqual([]);
  });

  it('is missed when it is killed', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const child = await Watched.start(host, site.request('sleep 100', { input: true }));
    process.kill(site.keeperPid ?? 0, 'SIGKILL');
    expect(await becomes(() => site.lost.length > 0, PATIENCE_MS)).toBe(true);
    await expect(child.stream('stdin').write('x')).rejects.toMatchObject({ code: 'write_failed' });
    host.journal.keep([{ kind: 'note', name: 'a', value: 1 }]);
    expect(site.lost).toHaveLength(1);
    const next = await site.open();
    expect(next.legacy).toBeUndefined();
  });

  it('is found by a path that is too long for a socket', async () => {
    const site = new KeeperSite(join(tempFolder(), 'long'.repeat(40), 'keeper'));
    const first = await site.open();
    const child = await Watched.start(first, site.request('sleep 100'));
    first.close();
    const second = await site.open();
    expect(second.legacy?.processes[0]?.process.osPid).toBe(child.process.osPid);
    expect(readdirSync(site.folder).toSorted()).toEqual(expect.arrayContaining(['children', 'keeper.json', 'keeper.sock']));
  });

  it('does not mind strangers, nor a gafferd that talks nonsense', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const child = await Watched.start(first, site.request('sleep 100'));
    const hello = (role: string): Buffer => frameMessage(Buffer.from(JSON.stringify({ protocol: 1, visit: 'x', role, waitMs: 20_000 })));
    const say = async (said: Buffer): Promise<string> => {
      const socket = connect(join(site.folder, 'keeper.sock'));
      socket.write(said);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await new Promise((resolve) => socket.once('close', resolve));
      return Buffer.concat(chunks).toString();
    };
    expect(await say(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe('');
    expect(await say(frameMessage(Buffer.from('no JSON')))).toBe('');
    expect(await say(frameMessage(Buffer.from(JSON.stringify({ protocol: 99, visit: 'x', role: 'news' }))))).toContain('"protocol":1');
    first.close();
    const commands = connect(join(site.folder, 'keeper.sock'));
    commands.write(hello('commands'));
    const news = connect(join(site.folder, 'keeper.sock'));
    news.write(hello('news'));
    await new Promise((resolve) => news.once('data', resolve));
    commands.write(frameMessage(Buffer.alloc(100, 255)));
    await new Promise((resolve) => commands.once('close', resolve).resume());
    const second = await site.open();
    expect(second.legacy?.processes.map(({ process }) => process.osPid)).toEqual([child.process.osPid]);
    news.destroy();
  });

  it('lets nobody in but its own user', async () => {
    const site = new KeeperSite();
    await site.open();
    expect(statSync(site.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(site.folder, 'keeper.json')).mode & 0o777).toBe(0o600);
  });
});

describe('a keeper that is told to end', () => {
  it('does not care as long as a gafferd is there, then ends its processes and itself', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const children = await Promise.all(['exec sleep 100', 'sleep 100 & wait'].map((script) => Watched.start(host, site.request(script))));
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
      process.kill(pid, signal);
    }
    await Watched.start(host, site.request('true'));
    host.close();
    process.kill(pid, 'SIGHUP');
    // it ignores the signal as long as it has not seen that gafferd has gone
    expect(await becomes(() => !sendSignal(pid, 'SIGTERM') || !runs(pid), PATIENCE_MS)).toBe(true);
    expect(children.map((child) => runs(child.process.osPid ?? 0))).toEqual([false, false]);
    expect(readdirSync(site.folder)).toEqual([]);
  });
});

describe('a keeper whose gafferd has left', () => {
  it('reads on what it was left, keeps the end of it, and ends with the last process', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    // more than any pipe or connection takes
    const child = await Watched.start(host, site.request('read line; head -c 20000000 /dev/zero; echo; echo end; read line', { input: true }));
    await child.stream('stdin').write('go\n');
    await host.leave();
    const next = await site.open();
    const found = Watched.follow(next, next.legacy?.processes[0]);
    next.legacy?.begin();
    await found.untilTail('end\n');
    expect(found.stream().offset).toBe(20_000_005);
    expect(found.stream().tail()).toHaveLength(16 * 1024);
    await next.leave();
    process.kill(child.process.osPid ?? 0, 'SIGKILL');
    expect(await ends(pid)).toBe(true);
    expect(readdirSync(site.folder)).toEqual([]);
  });

  it('does not end before somebody whom a process has left behind writes no more', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const child = await Watched.start(host, site.request('sleep 100 & echo $!'));
    await child.exit;
    await host.leave();
    const next = await site.open();
    expect(next.legacy?.processes.map(({ exit }) => exit?.exit)).toEqual([{ kind: 'code', code: 0 }]);
    await next.leave();
    expect(runs(pid)).toBe(true);
    process.kill(Number(child.text()), 'SIGKILL');
    expect(await ends(pid)).toBe(true);
  });

  it('ends its processes and itself when its folder was removed, for nobody could come for them', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const child = await Watched.start(host, site.request('exec sleep 1000'));
    rmSync(site.folder, { recursive: true });
    host.close();
    expect(await ends(child.process.osPid ?? 0)).toBe(true);
    expect(await ends(pid)).toBe(true);
    expect(existsSync(site.folder)).toBe(false);
  });

  it.each([['before'], ['after']])('does so too when that was %s it was left with them', async (when) => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const child = await Watched.start(host, site.request('exec sleep 1000'));
    const remove = (): void => rmSync(site.folder, { recursive: true });
    if (when === 'before') {
      remove();
    }
    await host.leave();
    if (when === 'after') {
      remove();
    }
    expect(await ends(child.process.osPid ?? 0)).toBe(true);
    expect(await ends(pid)).toBe(true);
  });
});

describe('time', () => {
  it('is the same for gafferd and its keeper', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const before = systemClock.now();
    const child = await Watched.start(host, site.request('true'));
    const { atMs = 0 } = await child.exit;
    expect(atMs).toBeGreaterThan(before);
    expect(atMs).toBeLessThan(systemClock.now());
  });
});
