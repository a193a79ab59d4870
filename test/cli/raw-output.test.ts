import { describe, expect, it } from 'vitest';
import { RawOutput } from '../../src/cli/view/raw-output.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeSink } from '../support/fake-sink.ts';

class Rig {
  readonly sink = new FakeSink();
  readonly broken: Error[] = [];
  readonly out = new RawOutput(this.sink, (error) => this.broken.push(error));
}

describe('bytes that are written as they are', () => {
  it('come in their order', async () => {
    const { sink, out } = new Rig();
    for (const text of ['one', '\0\xff', 'two']) {
      out.push(Buffer.from(text, 'latin1'));
    }
    await out.drained();
    expect(sink.text).toBe('one\0\xfftwo');
  });

  it('tell when there is no room, and when there is some again', async () => {
    const { sink, out } = new Rig();
    sink.close();
    out.push(Buffer.alloc(1000));
    expect(out.isFull).toBe(false);
    out.push(Buffer.alloc(300_000));
    expect(out.isFull).toBe(true);
    let rooms = 0;
    out.onRoom(() => (rooms += 1));
    await settle();
    expect(rooms).toBe(0);
    sink.open();
    await out.drained();
    expect([rooms, out.isFull, sink.bytes.length]).toEqual([1, false, 301_000]);
    out.push(Buffer.from('x'));
    await out.drained();
    expect(rooms).toBe(1);
  });

  it('are drained at once where there are none', async () => {
    await expect(new Rig().out.drained()).resolves.toBeUndefined();
  });

  it('are let go of when nobody reads, who is told once', async () => {
    const { sink, out, broken } = new Rig();
    sink.close();
    out.push(Buffer.alloc(300_000));
    const drained = out.drained();
    sink.break(new Error('gone'));
    await drained;
    out.push(Buffer.alloc(300_000));
    await out.drained();
    expect([broken.map(({ message }) => message), out.isFull]).toEqual([['gone'], false]);
  });
});
