import { describe, expect, it } from 'vitest';
import { isLoss, type LastingOptions, type Link, lasting } from '../../src/cli/lasting.ts';
import { GafferError } from '../../src/errors.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const LOST = new GafferError('unreachable', 'gone');

/**
 * Work whose tries end as a test says: `x` does not reach the node, `!` is refused, `.` is lost after a while, `n` at once,
 * `d` is done.
 */
class Rig {
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly triesAt: number[] = [];
  readonly #abort = new AbortController();
  readonly #script: string[];
  outcome: unknown = 'under way';

  constructor(script: string, options: Partial<LastingOptions> = {}) {
    this.#script = script.split(' ');
    const all: LastingOptions = {
      place: 'http://node',
      reconnect: true,
      patienceMs: undefined,
      nothingMore: 'there is nothing more to do',
      signal: this.#abort.signal,
      clock: this.clock,
      say: (line) => this.said.push(line),
      ...options,
    };
    lasting((link) => this.#work(link), all).then(
      (result) => (this.outcome = result),
      (error: unknown) => (this.outcome = error),
    );
  }

  /** What it was told of its tries, and what was said. */
  async after(ms: number): Promise<void> {
    await settle();
    await this.clock.advance(ms);
  }

  abort(): void {
    this.#abort.abort();
  }

  async #work(link: Link): Promise<string> {
    this.triesAt.push(this.clock.now());
    const what = this.#script.shift();
    if (what === 'x') {
      throw LOST;
    }
    if (what === '!') {
      throw new GafferError('session_not_found', 'no shop');
    }
    link.connected(what === 'n' ? 'it was started anew' : undefined);
    if (what === '.') {
      await new Promise<void>((resolve) => this.clock.after(2000, resolve));
    }
    if (what === 'd') {
      return 'done';
    }
    throw LOST;
  }
}

describe('work that needs a node', () => {
  it('is done once when nothing happens', async () => {
    const rig = new Rig('d');
    await rig.after(0);
    expect(rig).toMatchObject({ outcome: 'done', said: [], triesAt: [0] });
  });

  it('fails at once when the node was never there', async () => {
    const rig = new Rig('x d');
    await rig.after(60_000);
    expect(rig).toMatchObject({ outcome: LOST, said: [], triesAt: [0] });
  });

  it('is taken up at once after a loss, and says so in one line', async () => {
    const rig = new Rig('. d');
    await rig.after(2000);
    expect(rig).toMatchObject({ outcome: 'done', said: ['the connection to http://node was lost, and is there again'], triesAt: [0, 2000] });
  });

  it('waits for a node that is away, and says once that it does and once that it is there again', async () => {
    const rig = new Rig('. x x x x d');
    await rig.after(20_000);
    expect(rig.triesAt).toEqual([0, 2000, 2200, 2600, 3400, 5000]);
    expect(rig.said).toEqual(['http://node has gone away: waiting for it (Ctrl-C ends)', 'http://node is there again']);
  });

  it('says what else there is to say', async () => {
    const rig = new Rig('. x n d');
    await rig.after(20_000);
    expect(rig.said.slice(1, 2)).toEqual(['http://node is there again; it was started anew']);
  });

  it('does not hurry a node that goes away at once each time', async () => {
    const rig = new Rig('n n n n d');
    await rig.after(20_000);
    expect(rig.triesAt).toEqual([0, 0, 200, 600, 1400]);
  });

  it('ends when the node does not come back in time', async () => {
    const rig = new Rig('. x x x x x x x x', { patienceMs: 1000 });
    await rig.after(20_000);
    expect(rig.outcome).toMatchObject({
      code: 'unreachable',
      message: 'http://node has not come back within 1 s: there is nothing more to do',
      cause: LOST,
    });
  });

  it('tries once where nobody is waited for', async () => {
    const rig = new Rig('. x d', { patienceMs: 0 });
    await rig.after(20_000);
    expect(rig.outcome).toMatchObject({ message: 'http://node has gone away: there is nothing more to do' });
    expect(rig).toMatchObject({ said: [], triesAt: [0, 2000] });
  });

  it('ends with the first loss when it is told so', async () => {
    const rig = new Rig('. d', { reconnect: false });
    await rig.after(20_000);
    expect(rig.outcome).toMatchObject({ message: 'http://node has gone away: there is nothing more to do' });
    expect(rig.triesAt).toEqual([0]);
  });

  it('ends with what the node answers when it is there again', async () => {
    const rig = new Rig('. x !');
    await rig.after(20_000);
    expect(rig.outcome).toMatchObject({ code: 'session_not_found' });
  });

  it('ends at once with the signal, also while it waits, and leaves no timer', async () => {
    const rig = new Rig('. x x x x x x');
    await rig.after(4000);
    rig.abort();
    await settle();
    expect(rig.outcome).toBeUndefined();
    expect(rig.clock.pending).toBe(0);
  });
});

describe('a loss', () => {
  it.each(['unreachable', 'no_answer', 'bad_answer', 'not_ready'] as const)('is %s', (code) => {
    expect(isLoss(new GafferError(code, 'x'))).toBe(true);
  });

  it.each([new GafferError('job_not_found', 'x'), new GafferError('unauthorized', 'x'), new Error('x'), undefined])('is not %s', (error) => {
    expect(isLoss(error)).toBe(false);
  });
});
