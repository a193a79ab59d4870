import { describe, expect, it, onTestFinished } from 'vitest';
import type { LookupdSettings } from '../../../src/daemon/config/lookupd-settings.ts';
import { Registrations, type RegistrationsOptions } from '../../../src/daemon/registration/registrations.ts';
import { GafferError } from '../../../src/errors.ts';
import type { GafferEvent } from '../../../src/job/event.ts';
import type { JobInfo } from '../../../src/job/info.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { FakeLookupd } from '../../support/fake-lookupd.ts';
import { becomes } from '../../support/processes.ts';
import { EventMaker } from './rig.ts';

const SETTINGS: LookupdSettings = {
  addresses: [],
  broadcastAddress: undefined,
  nodeName: undefined,
  key: undefined,
  keyFile: undefined,
  tls: undefined,
  heartbeatMs: 15_000,
};

/** A node on paper, registered for real. */
class Rig {
  readonly log: string[] = [];
  readonly registrations: Registrations;
  readonly #maker = new EventMaker();
  #tell: (event: GafferEvent) => void = () => undefined;

  constructor(more: Partial<RegistrationsOptions> = {}) {
    this.registrations = new Registrations(
      {
        onEvent: (listener) => {
          this.#tell = listener;
          return () => undefined;
        },
      },
      { log: { info: (line) => this.log.push(line), warning: (line) => this.log.push(`! ${line}`) }, random: () => 0, hostName: 'node1', ...more },
    );
    onTestFinished(() => this.registrations.close());
  }

  configure(addresses: readonly string[], more: Partial<LookupdSettings> = {}, urls = ['http://[::]:5000']): void {
    this.registrations.configure({ ...SETTINGS, addresses, ...more }, urls);
  }

  happens(...events: readonly string[]): void {
    for (const words of events) {
      this.#tell(this.#maker.of(words));
    }
  }

  /** Resolves when every lookupd has everything. */
  async connected(): Promise<void> {
    expect(await becomes(() => this.registrations.list().every(({ state }) => state === 'connected'), 10_000)).toBe(true);
  }
}

describe('registrations', () => {
  it('tell what the node has from one before it, and what becomes of that', async () => {
    const lookupd = await FakeLookupd.open();
    const rig = new Rig();
    await rig.registrations.resume({
      followEvents: () => Promise.resolve({ from: { seq: 7 }, end: () => undefined }),
      jobs: () => Promise.resolve([{ session: 'shop', job: 'web' }]),
      jobInfo: () => Promise.resolve({ processes: [3, 4] } as unknown as JobInfo),
    });
    rig.configure([lookupd.url]);
    await rig.connected();
    expect(lookupd.topology).toEqual({ 'shop.web': [3, 4] });
    rig.happens('exit shop.web 3', 'spawn shop.web 5');
    await lookupd.until('REGISTER_PROCESS shop.web 5');
    expect(lookupd.topology).toEqual({ 'shop.web': [4, 5] });
  });

  it('tell every lookupd what was there before, and what comes', async () => {
    const lookupds = [await FakeLookupd.open(), await FakeLookupd.open()];
    const rig = new Rig();
    rig.happens('load shop.web', 'spawn shop.web 1');
    rig.configure(lookupds.map(({ url }) => url));
    await rig.connected();
    rig.happens('load shop.db', 'spawn shop.db 2', 'exit shop.web 1', 'spawn shop.web 3');
    for (const lookupd of lookupds) {
      await lookupd.until('REGISTER_PROCESS shop.web 3');
      expect(lookupd.topology).toEqual({ 'shop.web': [3], 'shop.db': [2] });
      expect(lookupd.last.identity).toMatchObject({ name: 'node1', origin: 'http://node1:5000', version: '0.1' });
    }
    expect(rig.registrations.list()).toEqual(
      lookupds.map(({ url }) => expect.objectContaining({ address: url, state: 'connected', jobs: 2, processes: 2 }) as object),
    );
  });

  it('are whole again after a loss, with what has happened meanwhile', async () => {
    const first = await FakeLookupd.open();
    const { port } = first;
    const rig = new Rig();
    rig.happens('load shop.web', 'spawn shop.web 1', 'load shop.db');
    rig.configure([first.url]);
    await rig.connected();
    await first.close();
    expect(await becomes(() => rig.registrations.list()[0]?.state === 'waiting', 10_000)).toBe(true);
    rig.happens('exit shop.web 1', 'spawn shop.web 2', 'unload shop.db', 'load blog.web');
    const second = await FakeLookupd.open({ port });
    await rig.connected();
    expect(second.topology).toEqual({ 'shop.web': [2], 'blog.web': [] });
    expect(second.last.identity?.['generation']).toBe(first.last.identity?.['generation']);
    expect(rig.log).toEqual([
      expect.stringMatching(/^registered with the lookupd http:\/\/127\.0\.0\.1:\d+: 2 jobs, 1 process$/),
      expect.stringMatching(/^! the lookupd \S+ is lost: .*; it is tried again and again$/),
      expect.stringMatching(/^registered with the lookupd \S+: 2 jobs, 1 process$/),
    ]);
  });

  it('begin anew where a lookupd has forgotten what it was told', async () => {
    let forgets = true;
    const lookupd = await FakeLookupd.open({
      answer: ({ type, msgid }, usual) => {
        const isLost = type === 'REGISTER_PROCESS' && forgets;
        forgets &&= !isLost;
        return isLost ? { errno: 404, reason: '', msgid } : usual;
      },
    });
    const rig = new Rig();
    rig.configure([lookupd.url]);
    await rig.connected();
    rig.happens('load shop.web', 'spawn shop.web 1');
    expect(await becomes(() => lookupd.connections.length === 2 && lookupd.topology['shop.web']?.[0] === 1, 10_000)).toBe(true);
  });

  it('do not wait for one another, and no event waits for any', async () => {
    const lookupd = await FakeLookupd.open();
    const silent = await FakeLookupd.open({ answer: () => undefined });
    const deaf = await FakeLookupd.open({ answer: (message, usual) => (message['type'] === 'IDENTIFY' ? usual : undefined) });
    const garbage = await FakeLookupd.open({ answer: () => '<html>' });
    const rig = new Rig();
    rig.configure([silent.url, deaf.url, garbage.url, 'http://127.0.0.1:1', lookupd.url]);
    expect(await becomes(() => rig.registrations.list()[4]?.state === 'connected', 10_000)).toBe(true);
    await deaf.until('PING');
    // those who wait try again from time to time
    await expect
      .poll(() => rig.registrations.list().map(({ state }) => state))
      .toEqual(['connecting', 'connecting', 'waiting', 'waiting', 'connected']);
    const cpuMs = await cpuMsOf(() => {
      for (let at = 0; at < 10_000; at += 1) {
        rig.happens(`load a.j${at}`, `spawn a.j${at} ${at + 1}`);
      }
    });
    expect(cpuMs).toBeLessThan(2000);
    expect(await becomes(() => Object.keys(lookupd.topology).length === 10_000, 10_000)).toBe(true);
    expect(rig.registrations.list().at(-1)?.state).toBe('connected');
    expect(deaf.said.length).toBeLessThan(600);
  });

  it('differ after a change of the configuration only where it differs', async () => {
    const [stays, goes, comes] = [await FakeLookupd.open(), await FakeLookupd.open(), await FakeLookupd.open()];
    const rig = new Rig();
    rig.configure([stays.url, goes.url]);
    await rig.connected();
    rig.configure([comes.url, stays.url]);
    await rig.connected();
    expect(rig.registrations.list().map(({ address }) => address)).toEqual([comes.url, stays.url]);
    expect(await becomes(() => !goes.last.isOpen, 10_000)).toBe(true);
    expect(stays.connections).toHaveLength(1);
    rig.configure([stays.url], { key: 'secret', broadcastAddress: 'https://other', nodeName: 'other' });
    await rig.connected();
    expect(await becomes(() => stays.connections.map(({ isOpen }) => isOpen).join() === 'false,true', 10_000)).toBe(true);
    expect(stays.last).toMatchObject({ identity: { name: 'other', origin: 'https://other' }, headers: { 'x-api-key': 'secret' } });
    rig.configure([]);
    expect(rig.registrations.list()).toEqual([]);
    expect(await becomes(() => !stays.last.isOpen, 10_000)).toBe(true);
    rig.happens('load a.b');
  });

  it('say with one number which run of the node it is, and make none where there is nobody to tell', async () => {
    const [one, other] = [await FakeLookupd.open(), await FakeLookupd.open()];
    const asked: number[] = [];
    const rig = new Rig({
      nextGeneration: (nowMs) => {
        asked.push(nowMs);
        return 5;
      },
    });
    rig.configure([]);
    expect(asked).toEqual([]);
    rig.configure([one.url]);
    rig.configure([one.url, other.url]);
    await rig.connected();
    expect(asked).toEqual([expect.closeTo(Date.now(), -5)]);
    expect([one, other].map(({ last }) => last.identity?.['generation'])).toEqual([5, 5]);
  });

  it('go by the time where no number can be kept', async () => {
    const lookupd = await FakeLookupd.open();
    const rig = new Rig({
      nextGeneration: () => {
        throw new GafferError('io_failed', 'the disk is full');
      },
    });
    rig.configure([lookupd.url]);
    await rig.connected();
    expect(lookupd.last.identity?.['generation']).toBeCloseTo(Date.now(), -5);
    expect(rig.log[0]).toBe(
      '! that this is a new run is told lookupd by the time alone, which takes a minute where the clock was set back: the disk is full',
    );
  });

  it('say what is doubtful about them', () => {
    const rig = new Rig();
    rig.configure(['http://127.0.0.1:1'], {}, ['unix:///run/gafferd.sock']);
    expect(rig.log[0]).toMatch(/^! lookupd is told that this node is at unix:\/\/\/run\/gafferd\.sock, where other machines can't reach it/);
    const without = new Rig();
    without.configure([], {}, ['unix:///run/gafferd.sock']);
    expect(without.log).toEqual([]);
  });
});

it('whatever happens and is lost, in whatever order, a lookupd knows what is true in the end', async () => {
  const lookupd = await FakeLookupd.open();
  const rig = new Rig();
  rig.configure([lookupd.url]);
  const jobs = new Map<string, Set<number>>();
  let [state, pid] = [42, 0];
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31; // the same each time
    return Math.floor((state / 2 ** 31) * below);
  };
  for (let step = 0; step < 2000; step += 1) {
    const name = `a.j${random(20)}`;
    const pids = jobs.get(name);
    const [one] = pids ?? [];
    if (pids === undefined) {
      jobs.set(name, new Set());
      rig.happens(`load ${name}`);
    } else if (random(10) === 0) {
      jobs.delete(name);
      rig.happens(`unload ${name}`, ...[...pids].map((each) => `exit ${name} ${each}`));
    } else if (one !== undefined && random(2) === 0) {
      pids.delete(one);
      rig.happens(`stop_process ${name} ${one}`, `exit ${name} ${one}`);
    } else {
      pid += 1;
      pids.add(pid);
      rig.happens(`spawn ${name} ${pid}`);
    }
    if (step % 100 === 50) {
      await new Promise((resolve) => setTimeout(resolve, random(5)));
    }
    if (step % 400 === 200) {
      const isLost = (): boolean => {
        lookupd.cut(); // once more where the connection was just being made
        return rig.registrations.list()[0]?.state === 'waiting';
      };
      expect(await becomes(isLost, 10_000)).toBe(true);
      rig.configure([lookupd.url]);
    }
  }
  const wanted = Object.fromEntries([...jobs].map(([name, pids]) => [name, [...pids].toSorted()]));
  const known = (): object => Object.fromEntries(Object.entries(lookupd.topology).map(([name, pids]) => [name, pids.toSorted()]));
  await becomes(() => JSON.stringify(Object.entries(known()).toSorted()) === JSON.stringify(Object.entries(wanted).toSorted()), 10_000);
  expect(known()).toEqual(wanted);
});
