import { describe, expect, it, vi } from 'vitest';
import { LastingSender, type Piece } from '../../src/cli/lasting-sender.ts';
import { GafferError } from '../../src/errors.ts';
import type { ProcessStream } from '../../src/job/node.ts';
import { settle } from '../support/fake-clock.ts';

const REFUSED = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const RESET = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

/** A pipe whose writes end as a test says; without a word they are taken. */
class FakePipe implements ProcessStream {
  readonly offset = 0;
  readonly written: string[] = [];
  answer: (() => Promise<void>) | undefined;

  async write(data: Uint8Array | string): Promise<void> {
    this.written.push(Buffer.from(data as string).toString());
    await this.answer?.();
  }

  onData = () => () => undefined;
  onEnd = () => () => undefined;
  hold = () => () => undefined;
  end = () => undefined;
}

class Rig {
  readonly pipe = new FakePipe();
  readonly said: string[] = [];
  readonly sender: LastingSender;
  stop: () => void = () => undefined;
  lose: () => void = () => undefined;
  readonly #pieces: Piece[];

  constructor(texts: readonly string[]) {
    this.#pieces = texts.map((text) => ({ bytes: Buffer.from(text), name: `"${text}"` }));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      this.said.push(String(text));
      return true;
    });
    const stop = new Promise<void>((resolve) => (this.stop = resolve));
    this.sender = new LastingSender(async () => this.#pieces.shift(), stop);
  }

  /** Sends over one connection. */
  async send(isAnother = false): Promise<unknown> {
    const lost = new Promise<never>((_, reject) => {
      this.lose = () => reject(new GafferError('unreachable', 'lost'));
    });
    lost.catch(() => undefined);
    return await this.sender.send({ stream: this.pipe, lost, isAnother }).catch((error: unknown) => error);
  }
}

describe('pieces that are sent', () => {
  it('arrive one after the other, to the last', async () => {
    const rig = new Rig(['one', 'two']);
    expect(await rig.send()).toBeUndefined();
    expect(rig.pipe.written).toEqual(['one', 'two']);
    rig.sender.nameUnsent();
    expect(rig.said).toEqual([]);
  });

  it('are sent when the node is there again, if they surely were not before', async () => {
    const rig = new Rig(['one', 'two']);
    rig.pipe.answer = () => Promise.reject(new GafferError('unreachable', 'x', { cause: REFUSED }));
    expect(await rig.send()).toMatchObject({ code: 'unreachable', mayHaveArrived: false });
    rig.pipe.answer = undefined;
    expect(await rig.send()).toBeUndefined();
    expect(rig.pipe.written).toEqual(['one', 'one', 'two']);
    expect(rig.sender.isUnsure).toBe(false);
  });

  it('are not sent twice to the same process, but named, if they may have arrived', async () => {
    const rig = new Rig(['one', 'two']);
    rig.pipe.answer = () => Promise.reject(new GafferError('unreachable', 'x', { cause: RESET }));
    expect(await rig.send()).toMatchObject({ mayHaveArrived: true });
    rig.pipe.answer = undefined;
    await rig.send();
    expect(rig.pipe.written).toEqual(['one', 'two']);
    expect(rig.said).toEqual(['gaffer: "one" may not have arrived\n']);
    expect(rig.sender.isUnsure).toBe(true);
  });

  it('are sent to another process in any case', async () => {
    const rig = new Rig(['one']);
    rig.pipe.answer = () => Promise.reject(new GafferError('unreachable', 'x', { cause: RESET }));
    await rig.send();
    rig.pipe.answer = undefined;
    await rig.send(true);
    expect(rig.pipe.written).toEqual(['one', 'one']);
    expect(rig.said).toEqual([]);
  });

  it('do not wait for an answer that does not come when the connection is lost', async () => {
    const rig = new Rig(['one']);
    rig.pipe.answer = () => new Promise(() => undefined);
    const sent = rig.send();
    await settle();
    rig.lose();
    expect(await sent).toMatchObject({ code: 'unreachable', mayHaveArrived: true });
  });

  it('are named when the process does not take them', async () => {
    const rig = new Rig(['one']);
    rig.pipe.answer = () => Promise.reject(new GafferError('write_failed', 'it does not read'));
    expect(await rig.send()).toMatchObject({ code: 'write_failed', message: '"one" was not sent: it does not read' });
  });

  it('wait for others who have filled the pipe', async () => {
    const rig = new Rig(['one']);
    let tries = 0;
    rig.pipe.answer = () => {
      tries += 1;
      return tries < 3 ? Promise.reject(new GafferError('stream_busy', 'full')) : Promise.resolve();
    };
    expect(await rig.send()).toBeUndefined();
    expect(rig.pipe.written).toEqual(['one', 'one', 'one']);
  });

  it('end when the user has had enough, and what is left is named', async () => {
    const rig = new Rig(['one', 'two']);
    rig.pipe.answer = () => new Promise(() => undefined);
    const sent = rig.send();
    await settle();
    rig.stop();
    expect(await sent).toBeUndefined();
    rig.sender.nameUnsent();
    expect(rig.said).toEqual(['gaffer: "one" may not have arrived, and nothing behind it was\n']);
  });
});
