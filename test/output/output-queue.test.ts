import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineMemory } from '../../src/output/line-memory.ts';
import { OutputQueue } from '../../src/output/output-queue.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeSink } from '../support/fake-sink.ts';

interface Rig {
  readonly sink: FakeSink;
  readonly memory: LineMemory;
  readonly queue: OutputQueue;
  /** What the queue has told its owner. */
  readonly told: string[];
}

function rig(): Rig {
  const sink = new FakeSink();
  const memory = new LineMemory();
  const told: string[] = [];
  const queue = new OutputQueue(memory, sink, {
    onFull: () => told.push('full'),
    onRoom: () => told.push('room'),
    onBroken: (error) => told.push(`broken ${error.message}`),
  });
  return { sink, memory, queue, told };
}

const BLOCKS = new LineMemory().free;

describe('what is added', () => {
  it('is written in order, however it is added', async () => {
    const anyPart = fc.record({
      how: fc.constantFrom('add', 'addCopy', 'addLines'),
      bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.uint8Array({ minLength: 17_000, maxLength: 40_000 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyPart, { maxLength: 40 }), async (parts) => {
        const { sink, memory, queue } = rig();
        const expected: Uint8Array[] = [];
        for (const { how, bytes } of parts) {
          if (how === 'addLines') {
            const line = Buffer.concat([bytes.map((byte) => (byte === 10 ? 11 : byte)), Buffer.from('\n')]);
            line.copy(memory.input);
            queue.addLines(0, line.length, Buffer.from('> '));
            expected.push(Buffer.from('> '), line);
          } else {
            queue[how](Buffer.from(bytes));
            expected.push(bytes);
          }
        }
        await queue.flush();
        expect(sink.bytes.equals(Buffer.concat(expected))).toBe(true);
        expect(memory.free).toBe(BLOCKS);
      }),
      { numRuns: 40 },
    );
  });

  it('may be used again at once by whoever has added it as a copy', async () => {
    const { sink, queue } = rig();
    const bytes = Buffer.from('first ');
    queue.addCopy(bytes);
    bytes.write('second');
    queue.addCopy(bytes);
    await queue.flush();
    expect(sink.text).toBe('first second');
  });

  it('is gathered: many small pieces are few writes', async () => {
    const { sink, queue } = rig();
    let writes = 0;
    const write = sink.write.bind(sink);
    sink.write = (pieces) => {
      writes += 1;
      return write(pieces);
    };
    for (let i = 0; i < 1000; i += 1) {
      queue.addCopy(Buffer.from(`${i}\n`));
    }
    await queue.flush();
    expect(writes).toBe(1);
  });
});

describe('a write', () => {
  it('has at most eight pieces, and large ones are not copied', async () => {
    const { sink, queue } = rig();
    const writes: (readonly Uint8Array[])[] = [];
    sink.write = async (pieces) => void writes.push(pieces);
    const large = Array.from({ length: 20 }, (_, i) => Buffer.alloc(20_000, String(i)));
    for (const bytes of large) {
      queue.add(bytes);
    }
    await queue.flush();
    expect(writes.map((pieces) => pieces.length)).toEqual([8, 8, 4]);
    expect(writes.flat().every((piece, i) => piece === large[i])).toBe(true);
  });

  it('is over before the next one begins', async () => {
    const { sink, queue } = rig();
    let [writing, most] = [0, 0];
    sink.write = async () => {
      writing += 1;
      most = Math.max(most, writing);
      await settle();
      writing -= 1;
    };
    for (let i = 0; i < 30; i += 1) {
      queue.add(Buffer.alloc(20_000));
      queue.addCopy(Buffer.from('small'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await queue.flush();
    expect([most, writing]).toEqual([1, 0]);
  });
});

describe('a slow reader', () => {
  it('makes the children wait, and lets them go on, with nothing lost', async () => {
    const { sink, memory, queue, told } = rig();
    sink.close();
    const line = Buffer.from(`${'x'.repeat(99)}\n`);
    let lines = 0;
    while (!queue.isFull) {
      line.copy(memory.input);
      queue.addLines(0, line.length, Buffer.from('p '));
      lines += 1;
      await (lines % 1000 === 0 ? settle() : undefined);
    }
    expect(told).toEqual(['full']);
    expect(lines * 102).toBeLessThan(2 * 1024 * 1024);
    // whoever was reading when it was told may still bring a chunk
    queue.addCopy(Buffer.alloc(64 * 1024, 'y'));
    sink.open();
    await queue.flush();
    expect(told).toEqual(['full', 'room']);
    expect(sink.bytes.length).toBe(lines * 102 + 64 * 1024);
    expect(memory.free).toBe(BLOCKS);
  });

  it('is waited for when large pieces wait', async () => {
    const { sink, queue, told } = rig();
    sink.close();
    queue.add(Buffer.alloc(2 * 1024 * 1024, 'x'));
    expect(told).toEqual(['full']);
    sink.open();
    await queue.flush();
    expect(told).toEqual(['full', 'room']);
    expect(sink.bytes.length).toBe(2 * 1024 * 1024);
  });

  it('loses nothing of those who do not wait', async () => {
    const { sink, memory, queue } = rig();
    sink.close();
    const chunk = Buffer.alloc(64 * 1024, 'abcdefg\n');
    for (let i = 0; i < 200; i += 1) {
      chunk.copy(memory.input);
      queue.addLines(0, chunk.length, Buffer.from(`${String(i).padStart(3)} `));
      await (i % 20 === 0 ? settle() : undefined);
    }
    sink.open();
    await queue.flush();
    const lines = sink.text.split('\n');
    expect(lines).toHaveLength(200 * 8192 + 1);
    expect(lines.every((line, i) => line === '' || line === `${String(Math.floor(i / 8192)).padStart(3)} abcdefg`)).toBe(true);
    expect(memory.free).toBe(BLOCKS);
  });
});

describe('a reader that is gone', () => {
  it('is told of once, and whoever waits may go on', async () => {
    const { sink, memory, queue, told } = rig();
    sink.close();
    queue.add(Buffer.alloc(2 * 1024 * 1024));
    queue.addCopy(Buffer.from('more'));
    await settle();
    const flushed = queue.flush();
    sink.break(new Error('EPIPE'));
    await flushed;
    expect(told).toEqual(['full', 'room', 'broken EPIPE']);
    expect(queue.isFull).toBe(false);
    expect(memory.free).toBe(BLOCKS);
  });

  it('gets nothing more, and nothing is kept for it', async () => {
    const { sink, memory, queue, told } = rig();
    sink.break(new Error('EPIPE'));
    queue.addCopy(Buffer.from('x'));
    await queue.flush();
    for (let i = 0; i < 100; i += 1) {
      queue.addCopy(Buffer.alloc(100_000));
      queue.add(Buffer.alloc(100_000));
    }
    await queue.flush();
    expect(told).toEqual(['broken EPIPE']);
    expect(memory.free).toBe(BLOCKS);
    expect(sink.bytes.length).toBe(0);
  });
});

describe('flushing', () => {
  it('resolves at once when nothing waits', async () => {
    const { queue } = rig();
    await queue.flush();
  });

  it('resolves for everybody when all is written', async () => {
    const { sink, queue } = rig();
    queue.addCopy(Buffer.from('x'));
    await Promise.all([queue.flush(), queue.flush()]);
    expect(sink.text).toBe('x');
  });

  it('waits for what is added meanwhile', async () => {
    const { sink, queue } = rig();
    sink.close();
    queue.addCopy(Buffer.from('x'));
    const flushed = queue.flush();
    await settle();
    queue.addCopy(Buffer.from('y'));
    sink.open();
    await flushed;
    expect(sink.text).toBe('xy');
  });
});
