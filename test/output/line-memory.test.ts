import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, INPUT_BYTES, LineMemory, MAX_PREFIX_BYTES } from '../../src/output/line-memory.ts';

/** Copies lines as LineMemory does, block after block, and tells what has come out. */
function prefixed(memory: LineMemory, lines: Buffer, prefix: Buffer, at = 0): Buffer {
  lines.copy(memory.input, at);
  const out: Buffer[] = [];
  let next = at;
  while (next < at + lines.length) {
    const block = memory.take()!;
    next = memory.appendLines(block, next, at + lines.length, prefix);
    out.push(Buffer.from(memory.bytes(block)));
    memory.release(block);
  }
  return Buffer.concat(out);
}

/** The same, said plainly. */
function expected(lines: Buffer, prefix: Buffer): Buffer {
  const before = prefix.toString('latin1');
  const text = lines.toString('latin1', 0, lines.length - 1).split('\n');
  return Buffer.from(text.map((line) => `${before}${line}\n`).join(''), 'latin1');
}

/** One memory for all tests: it has to come out of each as it was. */
const memory = new LineMemory();
const BLOCKS = memory.free;

const anyLine = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 100, maxLength: 2000 }) },
  { weight: 2, arbitrary: fc.constant(new Uint8Array()) },
);

const anyLines = fc
  .array(anyLine, { minLength: 1, maxLength: 60 })
  .map((lines) => Buffer.concat(lines.flatMap((line) => [line.map((byte) => (byte === 10 ? 11 : byte)), new Uint8Array([10])])));

const anyPrefix = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

describe('lines in the memory', () => {
  it('get the prefix, each of them, and nothing else changes', () => {
    fc.assert(
      fc.property(anyLines, anyPrefix, fc.nat(1000), (lines, prefix, at) => {
        expect(prefixed(memory, lines, prefix, at).equals(expected(lines, prefix))).toBe(true);
      }),
    );
    expect(memory.free).toBe(BLOCKS);
  });

  it.each([
    { what: 'one line as long as the input', lines: Buffer.concat([Buffer.alloc(INPUT_BYTES - 1, 'x'), Buffer.from('\n')]) },
    { what: 'empty, thousands of them', lines: Buffer.alloc(8192, '\n') },
    { what: 'lines of 16 bytes with their end', lines: Buffer.from('123456789012345\n'.repeat(INPUT_BYTES / 16)) },
    { what: 'lines of 17 bytes with their end', lines: Buffer.from('1234567890123456\n'.repeat(1000)) },
  ])('come out right when they are $what', ({ lines }) => {
    for (const size of [0, 1, 15, 16, 17, 31, 200, MAX_PREFIX_BYTES]) {
      const prefix = Buffer.alloc(size, 'p');
      expect(prefixed(memory, lines, prefix).equals(expected(lines, prefix))).toBe(true);
    }
  });

  it('go on in the next block when one is full, and no block runs into its neighbour', () => {
    const own = new LineMemory();
    const blocks: Block[] = [];
    for (let block = own.take(); block !== undefined; block = own.take()) {
      blocks.push(block);
    }
    const line = Buffer.concat([Buffer.alloc(INPUT_BYTES - 1, 'x'), Buffer.from('\n')]);
    line.copy(own.input);
    const prefix = Buffer.alloc(MAX_PREFIX_BYTES, 'p');
    for (const block of blocks) {
      for (let next = 0; next === 0 && !own.isFull(block); ) {
        own.appendLines(block, next, INPUT_BYTES, prefix);
      }
    }
    for (const block of blocks) {
      const bytes = own.bytes(block);
      expect(bytes.length % (prefix.length + line.length)).toBe(0);
      for (let at = 0; at < bytes.length; at += prefix.length + line.length) {
        expect(bytes.subarray(at, at + prefix.length).equals(prefix)).toBe(true);
        expect(bytes.subarray(at + prefix.length, at + prefix.length + line.length).equals(line)).toBe(true);
      }
    }
  });

  it('go on where the last block has ended, line after line, and each block keeps what is its own', () => {
    const own = new LineMemory();
    const lines = Buffer.from(Array.from({ length: 11_000 }, (_, i) => `${i}\n`).join(''));
    lines.copy(own.input);
    const prefix = Buffer.alloc(200, 'p');
    const blocks: Block[] = [];
    let next = 0;
    for (let block = own.take(); block !== undefined; block = own.take()) {
      next = own.appendLines(block, next, lines.length, prefix);
      expect(own.isFull(block)).toBe(true);
      blocks.push(block);
    }
    expect(next).toBeLessThan(lines.length);
    const bytes = Buffer.concat(blocks.map((block) => own.bytes(block)));
    expect(bytes.equals(expected(lines.subarray(0, next), prefix))).toBe(true);
  });
});

describe('a block', () => {
  it('takes bytes as they are, as many as fit', () => {
    const own = new LineMemory();
    const block = own.take()!;
    const bytes = Buffer.alloc(300_000, 'abc');
    const count = own.append(block, bytes);
    expect(count).toBeLessThan(bytes.length);
    expect(own.isFull(block)).toBe(true);
    expect(own.bytes(block).equals(bytes.subarray(0, count))).toBe(true);
  });

  it('does not run into its neighbour', () => {
    const own = new LineMemory();
    const blocks = Array.from({ length: BLOCKS }, () => own.take()!);
    const counts = blocks.map((block, i) => own.append(block, Buffer.alloc(300_000, i)));
    for (const [i, block] of blocks.entries()) {
      expect(own.bytes(block).equals(Buffer.alloc(counts[i]!, i))).toBe(true);
    }
  });

  it('is empty when it is given back', () => {
    const own = new LineMemory();
    const block = own.take()!;
    own.append(block, Buffer.from('x'));
    own.release(block);
    expect([block.size, own.free]).toEqual([0, BLOCKS]);
  });
});
