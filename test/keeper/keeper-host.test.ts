import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeeperSite, Watched } from '../support/keeper-site.ts';
import { becomes, runs } from '../support/processes.ts';

describe('a keeper', () => {
  it('starts processes in place of gafferd and tells of their output, then of their end', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    expect(host.legacy).toBeUndefined();
    const child = await Watched.start(host, site.request('echo one; echo two >&2; exit 3'));
    expect(child.process.osPid).toBeGreaterThan(0);
    expect((await child.exit).exit).toEqual({ kind: 'code', code: 3 });
    expect([child.text(), child.text('stderr')]).toEqual(['one\n', 'two\n']);
  });

  it('has processes go on when gafferd is killed, and hands them over to the next one', async () => {
    const site = new KeeperSite();
    const first = await site.open();
    const before = await Watched.start(first, site.request('echo before; read line; echo "got $line"; exit 7', { input: true }));
    await before.until((text) => text === 'before\n');
    first.close();
    const second = await site.open();
    const found = second.legacy?.processes[0];
    expect([found?.note, found?.state, found?.exit]).toEqual([{ script: expect.stringContaining('before') }, undefined, undefined]);
    expect(found?.process.osPid).toBe(before.process.osPid);
    const child = Watched.follow(second, found);
    expect([child.stream().tail().toString(), child.stream().offset]).toEqual(['before\n', 7]);
    second.legacy?.begin();
    await child.stream('stdin').write('it\n');
    expect((await child.exit).exit).toEqual({ kind: 'code', code: 7 });
    expect(child.text()).toBe('got it\n');
  });

  it('ends when there is nothing to keep, and leaves no file', async () => {
    const site = new KeeperSite();
    const host = await site.open();
    const pid = site.keeperPid ?? 0;
    const child = await Watched.start(host, site.request('exit 0'));
    await child.exit;
    await host.finish();
    expect(readdirSync(site.folder)).toEqual([]);
    expect(await becomes(() => !runs(pid), 5000)).toBe(true);
    expect(existsSync(site.folder)).toBe(true);
  });
});
