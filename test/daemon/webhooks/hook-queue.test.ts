import { beforeEach, describe, expect, it } from 'vitest';
import type { HookTally } from '../../../src/daemon/webhooks/hook.ts';
import { HookJournal } from '../../../src/daemon/webhooks/hook-journal.ts';
import { HookQueue, MOST_WAITING } from '../../../src/daemon/webhooks/hook-queue.ts';
import { MOST_ATTEMPTS } from '../../../src/daemon/webhooks/verdict.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { answered, hookOf, isSignedWith, PaperSender } from './rig.ts';

let clock: FakeClock;
let sender: PaperSender;
let queue: HookQueue;
let lines: string[];
let hook: ReturnType<typeof hookOf>;
/** Which hook needs which event no more, as it was told. */
let reached: [string, number][];

beforeEach(() => {
  clock = new FakeClock();
  sender = new PaperSender();
  lines = [];
  const log = { info: (line: string) => lines.push(`info ${line}`), warning: (line: string) => lines.push(`warning ${line}`) };
  const journal = new HookJournal('http://me:secret@hooks.example/', log, clock);
  reached = [];
  queue = new HookQueue({
    ...{ sender, journal, clock, random: () => 0.5, userAgent: 'gaffer/1.2.3' },
    reached: ({ event }, seq) => reached.push([event, seq]),
  });
  hook = hookOf('.');
});

/** Puts events into the queue whose bodies are these. */
function push(...bodies: readonly (string | number)[]): void {
  for (const body of bodies) {
    queue.push({ event: 'spawn', body: String(body) }, [hook]);
  }
}

/** The counters. */
function counts({ sent, failed, dropped, retried, waiting }: HookTally = hook.tally): object {
  return { sent, failed, dropped, retried, waiting };
}

const REFUSED = { kind: 'unanswered', reason: 'connect ECONNREFUSED' } as const;

describe('events', () => {
  it('are sent one after the other, in their order', async () => {
    push('a', 'b', 'c');
    await settle();
    expect(sender.bodies).toEqual(['a']);
    expect(counts()).toEqual({ sent: 0, failed: 0, dropped: 0, retried: 0, waiting: 3 });
    await sender.last.answer(answered(204));
    expect(sender.bodies).toEqual(['a', 'b']);
    await sender.last.answer(answered(200));
    await sender.last.answer(answered(200));
    expect(sender.bodies).toEqual(['a', 'b', 'c']);
    expect(hook.tally).toMatchObject({ sent: 3, waiting: 0, lastStatus: 200, lastError: undefined, lastSuccessMs: clock.wallTime() });
    expect([queue.size, clock.pending, lines]).toEqual([0, 0, []]);
    push('d');
    await settle();
    expect(sender.bodies).toEqual(['a', 'b', 'c', 'd']);
  });

  it('have headers that say what they are, and a time that is the present one', async () => {
    hook.secret = 'key';
    await clock.advance(1234);
    queue.push({ event: 'job.shop.wéb 1.50%.exit', body: '{"ü":1}' }, [hook]);
    const { 'x-gaffer-delivery': id, 'x-gaffer-signature': signature, ...headers } = sender.last.headers;
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'gaffer/1.2.3',
      'x-gaffer-event': 'job.shop.w%C3%A9b%201.50%25.exit',
    });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(signature).toMatch(`t=${Math.floor(clock.wallTime() / 1000)},`);
    expect(isSignedWith('key', signature, '{"ü":1}')).toBe(true);
    expect(isSignedWith('kez', signature, '{"ü":1}')).toBe(false);
  });

  it('for several hooks are signed with each secret once, and counted for each', async () => {
    const hooks = [hookOf('.', undefined, 'one'), hookOf('spawn', undefined, 'two'), hookOf('job', undefined, 'two'), hookOf('job.shop')];
    queue.push({ event: 'spawn', body: 'x' }, hooks);
    const signature = sender.last.headers['x-gaffer-signature'];
    expect(signature?.split('v1=')).toHaveLength(3);
    expect([isSignedWith('one', signature, 'x'), isSignedWith('two', signature, 'x')]).toEqual([true, true]);
    await sender.last.answer(answered(200));
    expect(hooks.map(({ tally }) => tally.sent)).toEqual([1, 1, 1, 1]);
    expect(sender.requests).toHaveLength(1);
  });

  it('have each an id of its own, and no signature without a secret', async () => {
    push('a', 'b');
    await sender.last.answer(answered(200));
    const [one, two] = sender.requests.map(({ headers }) => headers['x-gaffer-delivery']);
    expect(one).not.toBe(two);
    expect(sender.last.headers).not.toHaveProperty('x-gaffer-signature');
  });
});

describe('a receiver that does not answer well', () => {
  it('is tried again with growing pauses, under the same id and a new time, and others wait', async () => {
    hook.secret = 'key';
    push('a', 'b');
    const times: number[] = [];
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      expect(sender.requests).toHaveLength(attempt);
      times.push(clock.now());
      await sender.last.answer(attempt === 2 ? answered(500) : REFUSED);
      await clock.advance(attempt < MOST_ATTEMPTS ? 1000 * 2 ** (attempt - 1) - 1 : 0);
      if (attempt < MOST_ATTEMPTS) {
        expect(sender.requests).toHaveLength(attempt);
        await clock.advance(1);
      }
    }
    expect(times).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
    expect(sender.bodies).toEqual([...Array.from({ length: MOST_ATTEMPTS }, () => 'a'), 'b']);
    const tries = sender.requests.slice(0, MOST_ATTEMPTS);
    expect(new Set(tries.map(({ headers }) => headers['x-gaffer-delivery'])).size).toBe(1);
    expect(new Set(tries.map(({ headers }) => headers['x-gaffer-signature'])).size).toBe(MOST_ATTEMPTS);
    expect(hook.tally).toMatchObject({
      failed: 1,
      retried: 5,
      waiting: 1,
      lastStatus: 500,
      lastError: 'connect ECONNREFUSED',
      lastErrorMs: clock.wallTime(),
    });
    await sender.last.answer(answered(200));
    expect(counts()).toEqual({ sent: 1, failed: 1, dropped: 0, retried: 5, waiting: 0 });
  });

  it('is given ten seconds for a whole exchange', async () => {
    push('a');
    await clock.advance(9999);
    expect(sender.last.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(sender.last.signal.aborted).toBe(true);
    expect(hook.tally).toMatchObject({ lastError: 'it has not answered within 10 s', waiting: 1 });
    await clock.advance(1000);
    expect(sender.requests).toHaveLength(2);
  });

  it('is obeyed when it asks for a longer pause', async () => {
    push('a');
    await sender.last.answer(answered(429, '30'));
    await clock.advance(29_999);
    expect(sender.requests).toHaveLength(1);
    await clock.advance(1);
    expect(sender.requests).toHaveLength(2);
  });

  it.each([400, 404, 410, 302])('is not asked again after %i, and gets the next event at once', async (status) => {
    push('a', 'b');
    await sender.last.answer(answered(status));
    expect(sender.bodies).toEqual(['a', 'b']);
    expect(hook.tally).toMatchObject({ failed: 1, retried: 0, waiting: 1, lastStatus: status });
    expect(hook.tally.lastError).toMatch(`it answered ${status}`);
  });

  it('costs one timer, however many events wait', async () => {
    push(...Array.from({ length: 2 * MOST_WAITING }, (_, n) => n));
    expect(clock.pending).toBe(1);
    await sender.last.answer(REFUSED);
    expect(clock.pending).toBe(1);
  });
});

describe('a queue', () => {
  it('is bounded: the oldest that waits is left out, and what is under way is not', async () => {
    push(...Array.from({ length: MOST_WAITING + 6 }, (_, n) => n));
    expect(queue.size).toBe(MOST_WAITING + 1);
    expect(counts()).toEqual({ sent: 0, failed: 0, dropped: 5, retried: 0, waiting: MOST_WAITING + 1 });
    for (let n = 0; n <= MOST_WAITING; n += 1) {
      await sender.last.answer(answered(200));
    }
    expect(sender.bodies).toEqual(['0', ...Array.from({ length: MOST_WAITING }, (_, n) => String(n + 6))]);
    expect(counts()).toEqual({ sent: MOST_WAITING + 1, failed: 0, dropped: 5, retried: 0, waiting: 0 });
  });

  it('tells the receiver how many events it has missed, until it has taken one', async () => {
    const said = (): unknown => sender.last.headers['x-gaffer-dropped'];
    push(...Array.from({ length: MOST_WAITING + 3 }, (_, n) => n));
    expect(said()).toBeUndefined();
    await sender.last.answer(answered(500));
    await clock.advance(1000);
    expect(said()).toBe('2');
    push('one more');
    await sender.last.answer(answered(200));
    expect(said()).toBe('1');
    await sender.last.answer(answered(400));
    expect(said()).toBe('2');
    await sender.last.answer(answered(200));
    expect(said()).toBeUndefined();
  });

  it('forgets what only a hook wants that is gone', async () => {
    const other = hookOf('spawn');
    const send = (body: string, ...hooks: (typeof hook)[]): void => queue.push({ event: 'spawn', body }, hooks);
    send('a', hook);
    send('b', hook, other);
    send('c', hook);
    send('d', other);
    queue.withdraw(hook);
    await settle();
    expect(sender.requests[0]?.signal.aborted).toBe(true);
    expect(sender.bodies).toEqual(['a', 'b']);
    await sender.last.answer(answered(200));
    await sender.last.answer(answered(200));
    expect(sender.bodies).toEqual(['a', 'b', 'd']);
    expect([counts(other.tally), clock.pending]).toEqual([{ sent: 2, failed: 0, dropped: 0, retried: 0, waiting: 0 }, 0]);
  });

  it('forgets it also in a pause, and goes on with what others want', async () => {
    const other = hookOf('spawn');
    push('a');
    queue.push({ event: 'spawn', body: 'b' }, [other]);
    await sender.last.answer(REFUSED);
    queue.withdraw(hook);
    expect(sender.bodies).toEqual(['a', 'b']);
    await sender.last.answer(answered(200));
    expect([queue.size, clock.pending]).toEqual([0, 0]);
  });

  it('goes on with an event that another hook wants too', async () => {
    const other = hookOf('spawn', undefined, 'key');
    queue.push({ event: 'spawn', body: 'a' }, [hook, other]);
    queue.withdraw(hook);
    expect(sender.last.signal.aborted).toBe(false);
    await sender.last.answer(answered(200));
    expect([hook.tally.sent, other.tally.sent]).toEqual([0, 1]);
  });
});

describe('how far a hook is', () => {
  const event = (name: string, seq: number, ...hooks: readonly ReturnType<typeof hookOf>[]): void =>
    queue.push({ event: name, body: `${name} ${seq}`, seq }, hooks);

  it('is told when an event was taken, or was given up', async () => {
    event('spawn', 7, hook);
    event('exit', 9, hook);
    await settle();
    expect(reached).toEqual([]);
    await sender.last.answer(answered(200));
    expect(reached).toEqual([['.', 7]]);
    await sender.last.answer(answered(404));
    expect(reached).toEqual([
      ['.', 7],
      ['.', 9],
    ]);
  });

  it('is behind an event only when it has it under all its names', async () => {
    const other = hookOf('spawn');
    event('spawn', 7, hook, other);
    event('job.shop.web.spawn', 7, hook);
    event('exit', 8, hook);
    await sender.last.answer(answered(200));
    expect(reached).toEqual([
      ['.', 6],
      ['spawn', 7],
    ]);
    await sender.last.answer(answered(200));
    expect(reached.at(-1)).toEqual(['.', 7]);
  });

  it('has nothing to do with what is no event', async () => {
    push('test');
    await sender.last.answer(answered(200));
    expect([hook.tally.sent, reached]).toEqual([1, []]);
  });

  it('is the same for two gafferds: a delivery that is sent again has the same id', async () => {
    event('spawn', 7, hook);
    event('spawn', 8, hook);
    await sender.last.answer(answered(200));
    const [first, second] = sender.requests.map(({ headers }) => headers['x-gaffer-delivery']);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    event('spawn', 7, hook);
    await sender.last.answer(answered(200));
    expect(sender.last.headers['x-gaffer-delivery']).toBe(first);
  });
});

describe('what is left to somebody else', () => {
  it('is not sent here, but for what is under way', async () => {
    push('a', 'b');
    let hasLeft = false;
    void queue.leave().then(() => (hasLeft = true));
    await settle();
    expect(hasLeft).toBe(false);
    await sender.last.answer(answered(200));
    expect([hasLeft, sender.bodies, lines]).toEqual([true, ['a'], []]);
  });

  it('is not tried again', async () => {
    push('a');
    await sender.last.answer(REFUSED);
    await queue.leave();
    queue.end();
    await clock.advance(100_000);
    expect([sender.bodies, clock.pending]).toEqual([['a'], 0]);
  });
});

describe('the end', () => {
  it('waits for what is under way and what waits', async () => {
    push('a', 'b');
    let isOver = false;
    void queue.finish().then(() => (isOver = true));
    await sender.last.answer(answered(200));
    expect(isOver).toBe(false);
    await sender.last.answer(answered(200));
    expect(isOver).toBe(true);
    expect([queue.end(), sender.isClosed]).toEqual([0, true]);
  });

  it('is at once where nothing waits', async () => {
    await queue.finish();
    expect(queue.end()).toBe(0);
  });

  it('does not wait for a pause: one more try tells', async () => {
    push('a', 'b');
    await sender.last.answer(REFUSED);
    const finished = queue.finish();
    expect([sender.bodies, clock.pending]).toEqual([['a', 'a'], 1]);
    await sender.last.answer(REFUSED);
    await finished;
    expect([queue.end(), clock.pending, sender.requests.length]).toEqual([2, 0, 2]);
  });

  it('breaks off what hangs, and sends nothing more', async () => {
    push('a', 'b');
    const finished = queue.finish();
    expect(queue.end()).toBe(2);
    await finished;
    push('c');
    await clock.advance(100_000);
    expect([sender.last.signal.aborted, sender.isClosed, sender.bodies, clock.pending]).toEqual([true, true, ['a'], 0]);
  });
});

describe('the log', () => {
  const NAME = 'the webhook http://***@hooks.example/';

  it('tells of trouble when it begins and when it is over, and not of every event', async () => {
    push('a', 'b', 'c', 'd');
    await sender.last.answer(answered(400));
    await sender.last.answer(answered(404));
    await sender.last.answer(answered(200));
    await sender.last.answer(answered(200));
    expect(lines).toEqual([`warning ${NAME} does not take an event: it answered 400`, `info ${NAME} takes events again; it has missed 2`]);
  });

  it('is not filled by a receiver that takes every other event', async () => {
    push(...Array.from({ length: 200 }, (_, n) => n));
    for (let n = 0; n < 200; n += 1) {
      await sender.last.answer(answered(n % 2 === 0 ? 400 : 200));
    }
    expect(lines).toHaveLength(2);
    await clock.advance(60_000);
    push('a', 'b');
    await sender.last.answer(answered(400));
    await sender.last.answer(answered(200));
    expect(lines).toHaveLength(4);
  });

  it('tells once that a receiver is behind, until it has caught up', async () => {
    push(...Array.from({ length: MOST_WAITING + 50 }, (_, n) => n));
    expect(lines).toEqual([`warning ${NAME} is behind: 10000 events wait for it, and for each further one the oldest is left out`]);
    while (queue.size > 0) {
      await sender.last.answer(answered(200));
    }
    push(...Array.from({ length: MOST_WAITING + 50 }, (_, n) => n));
    expect(lines).toHaveLength(2);
  });
});
