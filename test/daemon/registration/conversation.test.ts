import { describe, expect, it } from 'vitest';
import { Conversation, WINDOW } from '../../../src/daemon/registration/conversation.ts';
import { Inventory } from '../../../src/daemon/registration/inventory.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { wordsOf } from '../../support/fake-lookupd.ts';
import { EventMaker } from './rig.ts';

const BEAT_MS = 15_000;

/** A node with a conversation that a test leads for the lookupd. */
class Rig {
  readonly clock = new FakeClock();
  readonly inventory = new Inventory();
  readonly sent: Record<string, unknown>[] = [];
  /** What the conversation has told. */
  readonly told: string[] = [];
  readonly conversation = new Conversation({
    identity: { name: 'node1', origin: 'http://node1:5000', generation: 7 },
    inventory: this.inventory,
    clock: this.clock,
    beatMs: BEAT_MS,
    send: (text) => this.sent.push(JSON.parse(text) as Record<string, unknown>),
    onIdentified: () => this.told.push('identified'),
    onComplete: () => this.told.push('complete'),
    onRefused: (problem) => this.told.push(problem),
    onFail: (reason) => this.told.push(`failed: ${reason}`),
  });
  readonly #maker = new EventMaker();
  #answered = 0;

  /** Events happen. */
  happens(...events: readonly string[]): void {
    for (const words of events) {
      const job = this.inventory.note(this.#maker.of(words));
      if (job !== undefined) {
        this.conversation.note(job);
      }
    }
  }

  /** Answers what was not answered yet, also what comes of that, or just so many. */
  ok(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0 && this.#answered < this.sent.length; left -= 1) {
      this.#answered += 1;
      this.conversation.hear(JSON.stringify({ ok: true, msgid: this.sent[this.#answered - 1]?.['msgid'] }));
    }
  }

  /** Answers one that was not answered yet with a refusal. */
  refuse(errno: number, reason = '', more: object = {}): void {
    this.#answered += 1;
    this.conversation.hear(JSON.stringify({ errno, reason, msgid: this.sent[this.#answered - 1]?.['msgid'], ...more }));
  }

  get said(): string[] {
    return this.sent.map((message) => `${wordsOf(message)}${message['seq'] === undefined ? '' : ` @${message['seq'] as number}`}`);
  }
}

describe('a conversation with a lookupd', () => {
  it('is the node protocol of the original, with numbers beside it', () => {
    const rig = new Rig();
    rig.happens('load shop.web', 'spawn shop.web 1');
    rig.conversation.begin();
    expect(rig.sent).toEqual([{ type: 'IDENTIFY', name: 'node1', origin: 'http://node1:5000', version: '0.1', generation: 7, msgid: '1' }]);
    rig.ok(1);
    expect(rig.sent.slice(1)).toEqual([
      { type: 'REGISTER_JOB', job_name: 'shop.web', msgid: '2' },
      { type: 'REGISTER_PROCESS', job_name: 'shop.web', pid: 1, msgid: '3' },
      { type: 'PING', seq: 2, msgid: '4' },
    ]);
    rig.ok();
    expect(rig.told).toEqual(['identified', 'complete']);
    rig.happens('exit shop.web 1', 'unload shop.web');
    expect(rig.sent.slice(4)).toEqual([
      { type: 'UNREGISTER_PROCESS', job_name: 'shop.web', pid: 1, seq: 3, msgid: '5' },
      { type: 'UNREGISTER_JOB', job_name: 'shop.web', seq: 4, msgid: '6' },
    ]);
  });

  it('tells each event as it comes, once, with its number', () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    rig.happens('load a.b', 'start a.b', 'spawn a.b 1', 'spawn a.b 2', 'stop_process a.b 1', 'exit a.b 1', 'unload a.b', 'exit a.b 2');
    expect(rig.said.slice(2)).toEqual([
      'REGISTER_JOB a.b @1',
      'REGISTER_PROCESS a.b 1 @3',
      'REGISTER_PROCESS a.b 2 @4',
      'UNREGISTER_PROCESS a.b 1 @5',
      'UNREGISTER_JOB a.b @7',
    ]);
    expect(rig.told).toEqual(['identified', 'complete']);
  });

  it('tells nothing before the lookupd knows who is there', () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.happens('load a.b', 'spawn a.b 1', 'exit a.b 1');
    expect(rig.said).toEqual(['IDENTIFY']);
    rig.ok();
    expect(rig.said.slice(1)).toEqual(['REGISTER_JOB a.b', 'PING @3']);
  });

  it('has no more under way than the window, however much there is and however slow the lookupd, and is right in the end', () => {
    const rig = new Rig();
    rig.happens(...Array.from({ length: 3000 }, (_, at) => [`load a.j${at}`, `spawn a.j${at} ${at + 1}`]).flat());
    rig.conversation.begin();
    rig.ok(1);
    expect(rig.said.length - 1).toBeLessThanOrEqual(WINDOW + 1);
    const first = rig.said.length;
    rig.ok(10);
    expect(rig.said).toHaveLength(first);
    rig.happens('unload a.j0', 'exit a.j1 2', 'unload a.j2999', 'load a.late');
    rig.ok();
    expect(rig.told).toEqual(['identified', 'complete']);
    expect(rig.said.at(-1)).toBe('PING @6004');
    const known = new Map<string, Set<unknown>>();
    for (const { type, job_name, pid } of rig.sent) {
      const name = String(job_name);
      if (type === 'REGISTER_JOB') {
        known.set(name, new Set());
      } else if (type === 'UNREGISTER_JOB') {
        known.delete(name);
      } else if (type === 'REGISTER_PROCESS') {
        known.get(name)?.add(pid);
      } else if (type === 'UNREGISTER_PROCESS') {
        known.get(name)?.delete(pid);
      }
    }
    expect(known).toEqual(new Map(rig.inventory.jobs));
    expect(rig.said).not.toContain('REGISTER_JOB a.j2999');
    expect(rig.conversation.counts).toEqual({ jobs: 2999, processes: 2997 });
  });

  it('catches up when it could not follow, and follows again', () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    rig.happens('load a.b', ...Array.from({ length: WINDOW + 50 }, (_, at) => `spawn a.b ${at + 1}`));
    const before = rig.said.length;
    expect(before).toBe(2 + WINDOW);
    rig.happens('exit a.b 1', `exit a.b ${WINDOW + 50}`);
    expect(rig.said).toHaveLength(before);
    rig.ok();
    expect(rig.said.slice(before, before + 2)).toEqual(['UNREGISTER_PROCESS a.b 1', `REGISTER_PROCESS a.b ${WINDOW}`]);
    expect(rig.said.at(-1)).toBe(`PING @${rig.inventory.seq}`);
    rig.happens('exit a.b 2');
    expect(rig.said.at(-1)).toBe(`UNREGISTER_PROCESS a.b 2 @${rig.inventory.seq}`);
  });
});

describe('its heartbeat', () => {
  it('says every 15 s how far the node is', async () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    rig.happens('load a.b', 'start a.b');
    rig.ok();
    const before = rig.said.length;
    for (let beat = 0; beat < 4; beat += 1) {
      await rig.clock.advance(BEAT_MS);
      rig.ok();
    }
    expect(rig.said.slice(before)).toEqual(['PING @2', 'PING @2', 'PING @2', 'PING @2']);
    expect(rig.told).toEqual(['identified', 'complete']);
  });

  it('gives up a lookupd that has not answered for two beats', async () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    await rig.clock.advance(3 * BEAT_MS - 1);
    expect(rig.told).toEqual(['identified', 'complete']);
    await rig.clock.advance(1);
    expect(rig.told.at(-1)).toBe('failed: it has not answered for 30 s');
    const said = rig.said.length;
    rig.happens('load a.b');
    await rig.clock.advance(10 * BEAT_MS);
    expect(rig.said).toHaveLength(said);
    expect(rig.clock.pending).toBe(0);
  });

  it('is kept by any answer, also in the middle of much that is told', async () => {
    const rig = new Rig();
    rig.happens(...Array.from({ length: 5000 }, (_, at) => `load a.j${at}`));
    rig.conversation.begin();
    rig.ok(1);
    for (let beat = 0; beat < 8; beat += 1) {
      await rig.clock.advance(BEAT_MS);
      rig.ok(600);
    }
    expect(rig.told).toEqual(['identified']);
    rig.ok();
    expect(rig.told).toEqual(['identified', 'complete']);
  });

  it('ends with the conversation', () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    rig.conversation.end();
    expect(rig.clock.pending).toBe(0);
  });
});

describe('what a lookupd refuses', () => {
  it.each<readonly [errno: number, reason: string, more: object, failure: string]>([
    [
      409,
      '',
      {},
      'another node, or what is left of this one, is "node1" at http://node1:5000 there: nodes of the same name need addresses of their own (--broadcast-address)',
    ],
    [
      403,
      'forbidden',
      { message: 'this key is for node2' },
      'its key does not let this node be "node1" at http://node1:5000: "this key is for node2"',
    ],
    [400, 'invalid_message', {}, 'it does not take "node1" at http://node1:5000: "invalid_message"'],
    [500, '', {}, 'it does not take "node1" at http://node1:5000: it says 500'],
  ])('IDENTIFY with %i "%s" ends it', (errno, reason, more, failure) => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.refuse(errno, reason, more);
    expect(rig.told).toEqual([`failed: ${failure}`]);
  });

  it('one job does not keep it from the others, and is told of once', () => {
    const rig = new Rig();
    rig.happens('load a.odd', 'spawn a.odd 1', 'spawn a.odd 2', 'load a.b');
    rig.conversation.begin();
    rig.ok(1);
    rig.refuse(400, 'invalid_message', { message: 'too odd' });
    rig.refuse(404);
    rig.refuse(404);
    rig.ok();
    expect(rig.told).toEqual(['identified', 'it does not take REGISTER_JOB of "a.odd": "too odd"', 'complete']);
  });

  it('that it does not know a job any more means that everything has to be told anew', () => {
    const rig = new Rig();
    rig.happens('load a.b');
    rig.conversation.begin();
    rig.ok();
    rig.happens('spawn a.b 1');
    rig.refuse(404);
    expect(rig.told.at(-1)).toBe('failed: it does not know any more what it was told');
  });

  it('a job that it has already is no trouble', () => {
    const rig = new Rig();
    rig.happens('load a.b');
    rig.conversation.begin();
    rig.ok(1);
    rig.refuse(409, "job 'a.b' is already registered");
    rig.ok();
    expect(rig.told).toEqual(['identified', 'complete']);
  });

  it('a message that it could not read is the oldest one without an answer', () => {
    const rig = new Rig();
    rig.happens('load a.b');
    rig.conversation.begin();
    rig.ok(1);
    rig.refuse(400, 'invalid_json', { msgid: null });
    rig.ok();
    expect(rig.told).toEqual(['identified', 'it does not take REGISTER_JOB of "a.b": "invalid_json"', 'complete']);
  });

  it.each(['hello', '[]', '{}', '{"ok":false,"msgid":"1"}', '7', 'null', '\u001b[2J', ''])('what no lookupd answers, %j, ends it', (text) => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.conversation.hear(text);
    expect(rig.told).toHaveLength(1);
    expect(rig.told[0]).toMatch(/^failed: it answers what no lookupd does: "/);
    expect(rig.told[0]).not.toContain('\u001b');
  });

  it('answers to nothing are ignored', () => {
    const rig = new Rig();
    rig.conversation.begin();
    rig.ok();
    rig.conversation.hear('{"ok":true,"msgid":"99"}');
    rig.conversation.hear('{"errno":404,"reason":"","msgid":"99"}');
    expect(rig.told).toEqual(['identified', 'complete']);
  });
});
