import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { WebhookSettings } from '../../../src/daemon/config/webhooks.ts';
import { Store } from '../../../src/daemon/store.ts';
import { HookBook } from '../../../src/daemon/webhooks/hook-book.ts';
import { Webhooks } from '../../../src/daemon/webhooks/webhooks.ts';
import { GafferError } from '../../../src/errors.ts';
import type { GafferEvent } from '../../../src/job/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { answered, PaperSender } from './rig.ts';

let folder: string;
let store: Store;
let lines: string[];
let senders: Map<string, PaperSender>;
let tell: (event: GafferEvent) => void;
/** What a successor is told. */
let notes: Map<string, unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  store = Store.open(folder, { onProblem: (message) => expect.fail(message) });
  lines = [];
  senders = new Map();
  notes = new Map();
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** A book of a gafferd that has just been started. */
function open(...settings: readonly WebhookSettings[]): HookBook {
  return openBehind(undefined, settings);
}

/** A book of a gafferd whose predecessor has left these events, and its notes. */
function openBehind(events: readonly GafferEvent[] | undefined, settings: readonly WebhookSettings[]): HookBook {
  const log = { info: (line: string) => lines.push(line), warning: (line: string) => lines.push(line) };
  const openSender = (url: string): PaperSender => {
    const sender = new PaperSender();
    senders.set(url, sender);
    return sender;
  };
  const webhooks = new Webhooks({ version: '1.2.3', log, clock: new FakeClock(), random: () => 0.5, openSender });
  const book = new HookBook({ webhooks, store: store.webhooks, log });
  const onEvent = (listener: typeof tell): (() => void) => {
    tell = listener;
    return () => (tell = () => undefined);
  };
  const legacy = events && { events, notes: new Map(notes) };
  const say = (name: string, value: unknown): unknown => (value === undefined ? notes.delete(name) : notes.set(name, value));
  book.open({ onEvent }, { settings, say, legacy });
  return book;
}

function ini(event: string, url = 'http://a.example/', secret?: string): WebhookSettings {
  return { event, url, secret, place: 'gafferd.ini:7' };
}

const loadOf = (seq: number): GafferEvent => ({ type: 'load', name: 'shop.web', seq, timeMs: 0 });

const load = (seq = 1): void => tell(loadOf(seq));

const ids = (book: HookBook): string[] => book.list().map(({ id }) => id);

const failure = (code: string, message: string | RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

describe('a webhook that came over the API', () => {
  it('is told with its counters, and without what is secret', async () => {
    const book = open();
    const id = book.add({ event: 'job.Shop.', url: 'HTTP://me:pw@A.example', secret: 'key' });
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    const untouched = { sent: 0, failed: 0, dropped: 0, retried: 0, waiting: 0, last_status: null, last_error: null };
    const shown = { id, event: 'job.Shop', url: 'http://***@a.example/', source: 'api', has_secret: true };
    expect(book.list()).toEqual([{ ...shown, ...untouched, last_error_time: null, last_success_time: null }]);
    book.test(id);
    await senders.get('http://me:pw@a.example/')?.last.answer(answered(400));
    book.test(id);
    await senders.get('http://me:pw@a.example/')?.last.answer(answered(200));
    const time = new FakeClock().wallTime() / 1000;
    const counted = { sent: 1, failed: 1, last_status: 200, last_error: 'it answered 400', last_error_time: time, last_success_time: time };
    expect(book.find(id)).toEqual({ ...shown, ...untouched, ...counted });
    expect(JSON.stringify(book.list()) + lines.join()).not.toMatch(/key|pw/);
  });

  it('is there after a new start, with its secret, and counts from nothing', () => {
    const first = open();
    const id = first.add({ event: 'load', url: 'http://a.example', secret: 'key' });
    first.add({ event: '.', url: 'http://b.example' });
    load();
    const second = open();
    expect(second.list()).toMatchObject([
      { id, event: 'load', has_secret: true, waiting: 0 },
      { event: '.', url: 'http://b.example/', has_secret: false },
    ]);
    load();
    expect(senders.get('http://a.example/')?.last.headers).toHaveProperty('x-gaffer-signature');
  });

  it('is refused when there is one with the same event and address, and is not kept', () => {
    const book = open();
    const id = book.add({ event: 'load', url: 'http://me:pw@a.example' });
    const message = `^http://\\*\\*\\*@a.example/ is told of "load" already, by the webhook ${id}; remove that one to change it$`;
    expect(() => book.add({ event: 'Load', url: 'http://me:pw@a.example/', secret: 'x' })).toThrow(failure('webhook_exists', message));
    expect([book.list().length, store.webhooks.all().length]).toEqual([1, 1]);
  });

  it.each([
    [{ event: 'loaf', url: 'http://a' }, 'did you mean "load"'],
    [{ event: 'load', url: 'gopher://a' }, 'starts with http'],
    [{ event: 'load', url: 'http://a', secret: '' }, 'for a secret'],
  ])('is refused when it is %j', (hook, message) => {
    const book = open();
    expect(() => book.add(hook)).toThrow(failure('bad_request', message));
    expect(store.webhooks.all()).toEqual([]);
  });

  it('is not told of anything when it could not be kept, or could not be forgotten', () => {
    const book = open();
    const id = book.add({ event: 'load', url: 'http://a.example' });
    const fail = (): never => {
      throw new GafferError('io_failed', 'the disk is full');
    };
    Object.assign(store.webhooks, { add: fail, delete: fail });
    expect(() => book.add({ event: 'load', url: 'http://b.example' })).toThrow('the disk is full');
    expect(() => book.remove(id)).toThrow('the disk is full');
    load();
    expect([...senders.keys()]).toEqual(['http://a.example/']);
    expect(senders.get('http://a.example/')?.requests).toHaveLength(1);
  });

  it('is gone when it is removed, with what waits', () => {
    const book = open();
    const id = book.add({ event: 'load', url: 'http://a.example' });
    load(1);
    load(2);
    book.remove(id);
    expect(book.list()).toEqual([]);
    expect(store.webhooks.all()).toEqual([]);
    load(3);
    expect(senders.get('http://a.example/')).toMatchObject({ isClosed: true, requests: [{ signal: { aborted: true } }] });
    for (const act of [() => book.find(id), () => book.remove(id), () => book.test(id)]) {
      expect(act).toThrow(failure('webhook_not_found', `^no webhook has the id "${id}"; GET /webhooks lists them$`));
    }
  });
});

describe('a webhook of the configuration', () => {
  it('comes first, and is not kept', () => {
    const book = open();
    const id = book.add({ event: 'load', url: 'http://a.example' });
    const next = open(ini('spawn'), ini('load'));
    expect(ids(next)).toEqual(['ini-1', 'ini-2', id]);
    expect(next.list()[0]).toMatchObject({ event: 'spawn', source: 'ini', has_secret: false });
    expect(store.webhooks.all()).toHaveLength(1);
  });

  it('cannot be removed over the API, which says where it is', () => {
    const book = open(ini('load'));
    const message = 'the webhook ini-1 is in the configuration, at gafferd.ini:7; remove it there, and send gafferd SIGHUP';
    expect(() => book.remove('ini-1')).toThrow(failure('webhook_in_file', message));
    expect(ids(book)).toEqual(['ini-1']);
  });

  it('and one that came over the API may be the same: the address is told once', () => {
    const book = open(ini('load', 'http://a.example/', 'one'));
    book.add({ event: 'load', url: 'http://a.example', secret: 'two' });
    load();
    const sender = senders.get('http://a.example/');
    expect([sender?.requests.length, sender?.last.headers['x-gaffer-signature']?.match(/v1=/g)]).toEqual([1, ['v1=', 'v1=']]);
    expect(book.list().map(({ waiting }) => waiting)).toEqual([1, 1]);
  });
});

describe('another configuration', () => {
  it('removes and adds what differs, and lets the rest go on with all that waits', async () => {
    const book = open(ini('load', 'http://stays.example/', 'old'), ini('load', 'http://goes.example/'));
    const api = book.add({ event: 'load', url: 'http://api.example' });
    load(1);
    load(2);
    await senders.get('http://stays.example/')?.last.answer(answered(200));
    const before = senders.get('http://stays.example/');
    book.configure([ini('load', 'http://comes.example/'), { ...ini('load', 'http://stays.example/', 'new'), place: 'gafferd.ini:9' }]);
    expect(ids(book)).toEqual(['ini-3', 'ini-1', api]);
    expect(book.list().map(({ sent, waiting }) => [sent, waiting])).toEqual([
      [0, 0],
      [1, 1],
      [0, 2],
    ]);
    expect(senders.get('http://goes.example/')?.isClosed).toBe(true);
    expect(senders.get('http://stays.example/')).toBe(before);
    load(3);
    expect(senders.get('http://comes.example/')?.bodies).toEqual([expect.stringContaining('"seq":3')]);
    expect(() => book.remove('ini-1')).toThrow('gafferd.ini:9');
  });

  it('signs with its secret from now on', async () => {
    const book = open(ini('load', 'http://a.example/', 'old'));
    load(1);
    load(2);
    const first = senders.get('http://a.example/')?.last;
    book.configure([ini('load', 'http://a.example/')]);
    await first?.answer(answered(200));
    expect(first?.headers).toHaveProperty('x-gaffer-signature');
    expect(senders.get('http://a.example/')?.last.headers).not.toHaveProperty('x-gaffer-signature');
    expect(book.list()).toMatchObject([{ has_secret: false, sent: 1, waiting: 1 }]);
  });
});

describe('the end of a book', () => {
  it('tells how many events were not sent, and listens no more', async () => {
    const book = open(ini('load'));
    load(1);
    await senders.get('http://a.example/')?.last.answer(answered(500));
    load(2);
    const closed = book.close(1000);
    await senders.get('http://a.example/')?.last.answer(answered(500));
    await closed;
    expect(lines.at(-1)).toBe('2 events were not sent to webhooks');
    load(3);
    expect(senders.get('http://a.example/')?.requests).toHaveLength(2);
  });
});

describe('when gafferd was killed', () => {
  const URL = 'http://a.example/';
  const numbers = (url = URL): number[] => (senders.get(url)?.bodies ?? []).map((body) => (JSON.parse(body) as { seq: number }).seq);
  const takeAll = async (url = URL): Promise<void> => {
    for (let taken = 0; taken < (senders.get(url)?.requests.length ?? 0); taken += 1) {
      await senders.get(url)?.requests[taken]?.answer(answered(200));
    }
  };

  it('the next one goes on with what its webhooks do not have', async () => {
    const first = open(ini('load'));
    first.add({ event: 'load', url: 'http://b.example/' });
    load(1);
    load(2);
    load(3);
    await senders.get(URL)?.last.answer(answered(200));
    await takeAll('http://b.example/');
    openBehind([1, 2, 3, 4].map(loadOf), [ini('load')]);
    await takeAll();
    expect(numbers()).toEqual([2, 3, 4]);
    await takeAll('http://b.example/');
    expect(numbers('http://b.example/')).toEqual([4]);
    load(5);
    await takeAll();
    expect(numbers()).toEqual([2, 3, 4, 5]);
  });

  it('the next one tells a new webhook only of what happens from then on', async () => {
    open(ini('load'));
    load(1);
    const book = openBehind([1, 2].map(loadOf), [ini('load'), ini('load', 'http://new.example/')]);
    book.add({ event: 'load', url: 'http://api.example/' });
    load(3);
    await takeAll();
    expect([numbers(), numbers('http://new.example/'), numbers('http://api.example/')]).toEqual([[1, 2, 3], [3], [3]]);
  });

  it('nothing is left of a webhook that was removed, before or meanwhile', () => {
    const first = open(ini('load', 'http://goes.example/'));
    const id = first.add({ event: 'load', url: 'http://b.example/' });
    expect(notes.size).toBe(2);
    first.remove(id);
    expect(notes.size).toBe(1);
    openBehind([], []);
    expect([...notes]).toEqual([]);
  });

  it('one that wants what seldom happens is not behind', () => {
    open(ini('unload'));
    Array.from({ length: 5000 }, (_, index) => load(index + 1));
    openBehind([4500, 5000].map(loadOf), [ini('unload')]);
    expect(lines).toEqual([]);
  });

  it('one that is further behind than events are kept is told of in the log', async () => {
    open(ini('load'));
    Array.from({ length: 5000 }, (_, index) => load(index + 1));
    openBehind([4999, 5000].map(loadOf), [ini('load')]);
    await takeAll();
    expect(numbers()).toEqual([4999, 5000]);
    expect(lines).toEqual(['the webhook http://a.example/ was so far behind that some of its events are not kept any more']);
  });

  it('but one that was ended lets go of everything', async () => {
    const first = open(ini('load'));
    load(1);
    first.letGo();
    await takeAll();
    expect([...notes]).toEqual([]);
    openBehind([1].map(loadOf), [ini('load')]);
    expect(senders.get(URL)?.requests).toEqual([]);
  });
});
