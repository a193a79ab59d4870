import { describe, expect, it, onTestFinished } from 'vitest';
import type { Hook } from '../../../src/daemon/webhooks/hook.ts';
import { Webhooks } from '../../../src/daemon/webhooks/webhooks.ts';
import type { GafferEvent } from '../../../src/job/event.ts';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { FakeNode } from '../../support/fake-node.ts';
import { HookReceiver, rawReceiver } from '../../support/hook-receiver.ts';
import { becomes } from '../../support/processes.ts';
import { answered, hookOf, isSignedWith, PaperSender } from './rig.ts';

const LOG = { info: () => undefined, warning: () => undefined };

/** Webhooks whose receivers are on paper and take everything. */
class PaperWebhooks extends Webhooks {
  readonly senders: ReadonlyMap<string, PaperSender>;

  constructor(clock = new FakeClock()) {
    const senders = new Map<string, PaperSender>();
    const openSender = (url: string): PaperSender => {
      const sender = new PaperSender();
      senders.set(url, sender);
      return sender;
    };
    super({ version: '1.2.3', log: LOG, clock, random: () => 0.5, openSender });
    this.senders = senders;
  }

  /** Lets receivers take everything that waits; tells the events that an address was sent, in their order. */
  async received(url: string): Promise<unknown[]> {
    const sender = this.senders.get(url);
    for (let taken = 0; taken < (sender?.requests.length ?? 0); taken += 1) {
      await sender?.requests[taken]?.answer(answered(200));
    }
    return (sender?.bodies ?? []).map((body) => (JSON.parse(body) as { event: unknown }).event);
  }
}

const A = 'http://a.example/';
const B = 'http://b.example/';

/** What happens when a job is loaded and scaled down. */
async function history(webhooks: Webhooks): Promise<void> {
  const node = new FakeNode();
  node.supervisor.onEvent((event) => webhooks.tell(event));
  const job = await node.load('Web', { numprocesses: 2 });
  await node.supervisor.scale(job, { op: '-', n: 1 });
  node.running[0]?.exit({ kind: 'signal', signal: 'SIGTERM' });
  await settle();
}

const ALL = [
  ...['load', 'start', 'job.test.Web.start', 'spawn', 'job.test.Web.spawn', 'spawn', 'job.test.Web.spawn', 'update'],
  ...['reap', 'job.test.Web.reap', 'proc.1.reap', 'exit', 'job.test.Web.exit', 'proc.1.exit'],
];

describe('a hook', () => {
  it.each<[string, readonly string[]]>([
    ['.', ALL],
    ['spawn', ['spawn', 'spawn']],
    ['job.test.Web.spawn', ['job.test.Web.spawn', 'job.test.Web.spawn']],
    ['job.test.web.spawn', []],
    ['job.tes', []],
    ['job.test', ALL.filter((name) => name.startsWith('job.'))],
    ['proc', ['proc.1.reap', 'proc.1.exit']],
    ['create', ['create']],
    ['proc.test:Web.spawn', ['proc.test:Web.spawn', 'proc.test:Web.spawn']],
  ])('for %s gets these events', async (event, names) => {
    const webhooks = new PaperWebhooks();
    webhooks.add(hookOf(event, A));
    await history(webhooks);
    expect(await webhooks.received(A)).toEqual(names);
  });

  it('gets the whole event', async () => {
    const webhooks = new PaperWebhooks();
    webhooks.add(hookOf('spawn', A));
    webhooks.add(hookOf('proc.Web.spawn', B));
    const event: GafferEvent = {
      type: 'spawn',
      name: 'default.Web',
      seq: 7,
      timeMs: 1500,
      process: { pid: 3, osPid: 300, slot: 2, committed: false },
    };
    webhooks.tell(event);
    const body = { seq: 7, time: 1.5, pid: 3, os_pid: 300, slot: 2, once: false };
    expect(JSON.parse(webhooks.senders.get(A)?.last.body ?? '')).toEqual({ ...body, event: 'spawn', name: 'default.Web' });
    expect(JSON.parse(webhooks.senders.get(B)?.last.body ?? '')).toEqual({ ...body, event: 'proc.Web.spawn', name: 'Web' });
    expect(webhooks.senders.get(B)?.last.headers['x-gaffer-event']).toBe('proc.Web.spawn');
  });
});

describe('an address', () => {
  it('is told once of each event under each name, however many hooks want it, and in their order', async () => {
    const webhooks = new PaperWebhooks();
    const hooks = ['job', 'load', 'spawn', 'create', '.'].map((event) => hookOf(event, A));
    for (const hook of hooks) {
      webhooks.add(hook);
    }
    const node = new FakeNode();
    node.supervisor.onEvent((event) => webhooks.tell(event));
    await node.load('web');
    expect(await webhooks.received(A)).toEqual(['load', 'create', 'start', 'job.test.web.start', 'spawn', 'job.test.web.spawn']);
    expect(hooks.map(({ tally }) => tally.sent)).toEqual([2, 1, 1, 1, 5]);
    expect(webhooks.senders.size).toBe(1);
  });

  it('does not wait for another', async () => {
    const webhooks = new PaperWebhooks();
    webhooks.add(hookOf('.', A));
    webhooks.add(hookOf('.', B));
    const node = new FakeNode();
    node.supervisor.onEvent((event) => webhooks.tell(event));
    await node.load('web');
    expect(await webhooks.received(B)).toHaveLength(5);
    expect(webhooks.senders.get(A)?.requests).toHaveLength(1);
  });

  it('is let go when its last hook is gone', async () => {
    const webhooks = new PaperWebhooks();
    const [one, two] = [hookOf('load', A), hookOf('unload', A)];
    webhooks.add(one);
    webhooks.add(two);
    webhooks.remove(one);
    webhooks.remove(one);
    expect(webhooks.senders.get(A)?.isClosed).toBe(false);
    webhooks.tell({ type: 'load', name: 'a.b', seq: 1, timeMs: 0 });
    webhooks.tell({ type: 'unload', name: 'a.b', seq: 2, timeMs: 0 });
    expect(await webhooks.received(A)).toEqual(['unload']);
    webhooks.remove(two);
    expect(webhooks.senders.get(A)?.isClosed).toBe(true);
    webhooks.tell({ type: 'unload', name: 'a.b', seq: 3, timeMs: 0 });
    expect(webhooks.senders.get(A)?.requests).toHaveLength(1);
  });
});

describe('the end', () => {
  it('gives what waits a short time, and tells what was left', async () => {
    const clock = new FakeClock();
    const webhooks = new PaperWebhooks(clock);
    webhooks.add(hookOf('load', A));
    webhooks.add(hookOf('load', B));
    for (let seq = 1; seq <= 3; seq += 1) {
      webhooks.tell({ type: 'load', name: 'a.b', seq, timeMs: 0 });
    }
    const closed = webhooks.close(1000);
    expect(await webhooks.received(B)).toHaveLength(3);
    await clock.advance(1000);
    expect(await closed).toBe(3);
    expect([...webhooks.senders.values()].map(({ isClosed }) => isClosed)).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });

  it('is at once where nothing waits', async () => {
    const clock = new FakeClock();
    const webhooks = new PaperWebhooks(clock);
    webhooks.add(hookOf('load', A));
    expect(await webhooks.close(1000)).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('real receivers', () => {
  function open(...hooks: readonly Hook[]): Webhooks {
    const webhooks = new Webhooks({ version: '1.2.3', log: LOG });
    onTestFinished(async () => {
      await webhooks.close(0);
    });
    for (const hook of hooks) {
      webhooks.add(hook);
    }
    return webhooks;
  }

  const COUNT = 200;
  const load = (seq: number): GafferEvent => ({ type: 'load', name: `shop.web${seq}`, seq, timeMs: seq });

  it('get all events in their order and signed, beside some that hang, refuse, redirect and break off', { timeout: 60_000 }, async () => {
    const good = await HookReceiver.open((response) => response.end('{"thanks":true}'));
    const hanging = await HookReceiver.open(() => undefined);
    const refusing = await HookReceiver.open((response) => response.writeHead(410).end('x'.repeat(100_000)));
    const elsewhere = await HookReceiver.open((response) => response.writeHead(307, { location: good.url('/elsewhere') }).end());
    const breaking = await rawReceiver((socket) => socket.once('data', () => socket.destroy()));
    const hook = hookOf('load', good.url('/hook'), 'key');
    const [hang, refuse, redirect, broken] = [hanging.url(), refusing.url(), elsewhere.url(), breaking].map((url) => hookOf('.', url)) as [
      Hook,
      Hook,
      Hook,
      Hook,
    ];
    const webhooks = open(hang, refuse, redirect, broken, hook);
    const cpuMs = await cpuMsOf(() => {
      for (let seq = 1; seq <= COUNT; seq += 1) {
        webhooks.tell(load(seq));
      }
    });
    expect(cpuMs).toBeLessThan(500);
    await good.until(COUNT);
    await refusing.until(COUNT);
    expect(good.received.map(({ json }) => json['seq'])).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
    const signed = good.received.filter(({ headers, body }) => isSignedWith('key', String(headers['x-gaffer-signature']), body));
    expect(signed).toHaveLength(COUNT);
    expect(good.received[0]?.headers).toMatchObject({ 'user-agent': 'gaffer/1.2.3', 'x-gaffer-event': 'load' });
    expect(await becomes(() => [hook, refuse, redirect].every(({ tally }) => tally.waiting === 0), 10_000)).toBe(true);
    expect(hook.tally).toMatchObject({ sent: COUNT, failed: 0, dropped: 0, retried: 0, lastStatus: 200 });
    expect(refuse.tally).toMatchObject({ sent: 0, failed: COUNT, retried: 0, lastStatus: 410, lastError: 'it answered 410' });
    expect(redirect.tally).toMatchObject({ sent: 0, failed: COUNT, lastStatus: 307, lastError: expect.stringContaining('not followed') as string });
    expect(hang.tally).toMatchObject({ sent: 0, waiting: COUNT });
    expect(broken.tally).toMatchObject({ sent: 0, waiting: COUNT, lastError: expect.stringMatching(/socket hang up|ECONNRESET/) as string });
    expect([good.received.filter(({ path }) => path === '/elsewhere'), good.connections]).toEqual([[], 1]);
  });

  it('get what they did not get when they are back, under the same id', async () => {
    const receiver = await HookReceiver.open((response) => response.writeHead(503).end());
    const hook = hookOf('load', receiver.url());
    const webhooks = open(hook);
    webhooks.tell(load(1));
    webhooks.tell(load(2));
    await receiver.until(1);
    receiver.answer = (response) => response.writeHead(200).end();
    await receiver.until(3);
    expect(receiver.received.map(({ json }) => json['seq'])).toEqual([1, 1, 2]);
    const ids = receiver.received.map(({ headers }) => headers['x-gaffer-delivery']);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
    expect(await becomes(() => hook.tally.sent === 2, 10_000)).toBe(true);
    expect(hook.tally).toMatchObject({ sent: 2, failed: 0, retried: 1, waiting: 0, lastStatus: 200, lastError: 'it answered 503' });
  });

  it('that hang do not hold up the end, and no connection stays', async () => {
    const hanging = await HookReceiver.open(() => undefined);
    const webhooks = open(hookOf('load', hanging.url()));
    webhooks.tell(load(1));
    await hanging.until(1);
    const start = performance.now();
    expect(await webhooks.close(100)).toBe(1);
    expect(performance.now() - start).toBeLessThan(9_000); // an answer is waited for ten seconds
    expect(await becomes(() => hanging.open === 0, 10_000)).toBe(true);
  });
});
