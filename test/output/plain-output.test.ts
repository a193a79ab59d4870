import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INPUT_BYTES, type LineMemory } from '../../src/output/line-memory.ts';
import type { PlainOutput } from '../../src/output/plain-output.ts';
import { OutputRig } from '../support/output-rig.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Gives an output a chunk as the reader does, whose memory is used for the next chunk at once. */
function pushFromInput(output: PlainOutput, { input }: LineMemory, bytes: Uint8Array, at = 0): void {
  input.set(bytes, at);
  output.push(input.subarray(at, at + bytes.length));
  input.fill(0xaa);
}

/** The same for a chunk that lies elsewhere. */
function pushFromElsewhere(output: PlainOutput, bytes: Uint8Array): void {
  const chunk = Buffer.from(bytes);
  output.push(chunk);
  chunk.fill(0xaa);
}

/** What has to come out for one process alone. */
function expectedLines(name: string, bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${name} | ${line}`);
}

describe('what processes write into a pipe or file', () => {
  const nasty = fc.array(fc.constantFrom(0, 10, 10, 10, 13, 27, 97, 124, 0x80, 0xc3, 0xff), { maxLength: 30 }).map((bytes) => Uint8Array.from(bytes));
  const long = fc.tuple(fc.integer({ min: 1000, max: INPUT_BYTES }), fc.boolean()).map(([size, isLine]) => {
    const bytes = Buffer.alloc(size, 'long ');
    bytes[size - 1] = isLine ? 10 : 32;
    return bytes;
  });
  const chunk = fc.record({
    child: fc.nat(2),
    bytes: fc.oneof({ weight: 12, arbitrary: nasty }, { weight: 4, arbitrary: fc.uint8Array({ maxLength: 200 }) }, { weight: 1, arbitrary: long }),
    where: fc.constantFrom('input', 'elsewhere', 'end of input'),
  });

  it('comes out in whole lines, each behind its name, every byte once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 40 }), async (chunks) => {
        const rig = new OutputRig();
        const outputs = [0, 1, 2].map((child) => rig.plain(String(child)));
        for (const { child, bytes, where } of chunks) {
          if (where === 'elsewhere') {
            pushFromElsewhere(outputs[child]!, bytes);
          } else {
            pushFromInput(outputs[child]!, rig.memory, bytes, where === 'input' ? 0 : INPUT_BYTES - bytes.length);
          }
        }
        for (const output of outputs) {
          output.end();
        }
        const lines = (await rig.text()).split('\n');
        expect(lines.pop()).toBe('');
        for (const child of [0, 1, 2]) {
          const written = Buffer.concat(chunks.filter((one) => one.child === child).map(({ bytes }) => bytes));
          expect(lines.filter((line) => line.startsWith(`${child} | `))).toEqual(expectedLines(String(child), written));
        }
        expect(lines.filter((line) => !/^[012] \| /.test(line))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['NUL', 'a\0b\n\0\n'],
    ['what is no UTF-8', '\xff\xfe\n\xc3\n'],
    ['CR', '10%\r20%\r\n\r\n'],
    ['CR LF', 'a\r\n\r\nb\r\n'],
    ['empty lines', '\n\n\na\n\n'],
    ['a lone escape', '\x1b\n\x1b[\n'],
    ['blanks', ' \n\t\n  a \n'],
  ])('keeps %s', async (_, text) => {
    const rig = new OutputRig();
    const bytes = Buffer.from(text, 'latin1');
    pushFromInput(rig.plain('web'), rig.memory, bytes);
    expect((await rig.text()).split('\n')).toEqual([...expectedLines('web', bytes), '']);
  });

  it('gets an end when its last line has none', async () => {
    const rig = new OutputRig();
    const output = rig.plain('web');
    output.push(Buffer.from('one\ntw'));
    output.push(Buffer.from('o'));
    expect(await rig.text()).toBe('web | one\n');
    output.end();
    expect(await rig.text()).toBe('web | one\nweb | two\n');
  });

  it('is nothing when nothing comes', async () => {
    const rig = new OutputRig();
    const output = rig.plain('web');
    output.push(Buffer.alloc(0));
    output.end();
    output.end();
    expect(await rig.text()).toBe('');
  });

  it('does not hold up others while a line is unfinished', async () => {
    const rig = new OutputRig();
    const [slow, quick] = [rig.plain('slow'), rig.plain('quick')];
    slow.push(Buffer.from('half'));
    quick.push(Buffer.from('whole\n'));
    slow.push(Buffer.from(' and half\n'));
    expect(await rig.text()).toBe('quick | whole\nslow | half and half\n');
  });
});

describe('a long line', () => {
  const sizes = [64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 8 * MIB, 16 * MIB];

  it.each(sizes.flatMap((size) => ['input', 'elsewhere'].map((where) => ({ size, where }))))(
    'of $size bytes comes out whole, read into $where',
    async ({ size, where }) => {
      const rig = new OutputRig();
      const [long, other] = [rig.plain('long'), rig.plain('other')];
      const bytes = Buffer.concat([Buffer.from('before\n'), Buffer.alloc(size, '0123456789'), Buffer.from('\nafter\n')]);
      for (let at = 0; at < bytes.length; at += INPUT_BYTES) {
        const chunk = bytes.subarray(at, at + INPUT_BYTES);
        if (where === 'input') {
          pushFromInput(long, rig.memory, chunk);
        } else {
          pushFromElsewhere(long, chunk);
        }
        other.push(Buffer.from('x\n'));
      }
      const output = await rig.text();
      const own = output.replaceAll('other | x\n', '');
      expect(own === `long | before\nlong | ${bytes.toString('latin1', 7, 7 + size)}\nlong | after\n`).toBe(true);
      expect(output.length - own.length).toBe(Math.ceil(bytes.length / INPUT_BYTES) * 'other | x\n'.length);
      expect(rig.split).toEqual([]);
    },
  );

  it('comes out whole in a chunk of its own', async () => {
    const rig = new OutputRig();
    const line = Buffer.alloc(3 * MIB, 'x');
    rig.plain('web').push(Buffer.concat([line, Buffer.from('\nnext\n')]));
    expect((await rig.text()) === `web | ${line.toString()}\nweb | next\n`).toBe(true);
  });

  it('of more than 16 MiB comes out in pieces, each behind its name, and that is said', async () => {
    const rig = new OutputRig();
    const output = rig.plain('web');
    for (let i = 0; i < 40 * 16; i += 1) {
      pushFromInput(output, rig.memory, Buffer.alloc(INPUT_BYTES, String(i)));
    }
    pushFromInput(output, rig.memory, Buffer.from('.\n'));
    const lines = (await rig.text()).split('\n');
    expect(rig.split).toEqual(['web', 'web']);
    expect(lines).toHaveLength(4);
    expect(lines.slice(0, 3).every((line) => line.startsWith('web | '))).toBe(true);
    const expected = Array.from({ length: 40 * 16 }, (_, i) => Buffer.alloc(INPUT_BYTES, String(i)).toString());
    expect(lines.map((line) => line.slice(6)).join('') === `${expected.join('')}.`).toBe(true);
  });

  it('is brought out early when all together hold more than 64 MiB', async () => {
    const rig = new OutputRig();
    const outputs = Array.from({ length: 80 }, (_, i) => rig.plain(String(i)));
    const chunk = Buffer.alloc(INPUT_BYTES, 'x');
    for (let i = 0; i < 20; i += 1) {
      for (const output of outputs) {
        output.push(chunk);
      }
    }
    const waiting = 80 * 20 * INPUT_BYTES - (await rig.text()).replaceAll(/[^x]/g, '').length;
    expect(waiting).toBeLessThanOrEqual(64 * MIB + 80 * INPUT_BYTES);
    for (const output of outputs) {
      output.end();
    }
    expect((await rig.text()).replaceAll(/[^x]/g, '').length).toBe(80 * 20 * INPUT_BYTES);
  });
});

describe('a finished line', () => {
  it('is no longer counted as held', async () => {
    const rig = new OutputRig();
    const output = rig.plain('web');
    const megabyte = Buffer.alloc(MIB + 1, 'x');
    for (let i = 0; i < 100; i += 1) {
      output.push(megabyte);
      output.push(Buffer.from('\n'));
    }
    expect(rig.split).toEqual([]);
    expect(await rig.bytes()).toHaveLength(100 * (megabyte.length + 'web | \n'.length));
  });
});

describe('a style', () => {
  it('that a line leaves open ends with the line', async () => {
    const rig = new OutputRig();
    rig.plain('web').push(Buffer.from('\x1b[31mred\nplain\n\x1b[1mbold\x1b[0m\n\x1b[4m\n'));
    expect(await rig.text()).toBe('web | \x1b[31mred\x1b[0m\nweb | plain\nweb | \x1b[1mbold\x1b[0m\nweb | \x1b[4m\x1b[0m\n');
  });

  it('ends with a last line that has no end, too', async () => {
    const rig = new OutputRig();
    const output = rig.plain('web');
    output.push(Buffer.from('\x1b[31mred'));
    output.end();
    expect(await rig.text()).toBe('web | \x1b[31mred\x1b[0m\n');
  });

  it('is seen wherever the chunks are cut', async () => {
    const bytes = Buffer.from('\x1b[38;5;33mopen\nplain\n\x1b[1;31mclosed\x1b[22;39m\n\x1b[44mopen');
    const expected = 'web | \x1b[38;5;33mopen\x1b[0m\nweb | plain\nweb | \x1b[1;31mclosed\x1b[22;39m\nweb | \x1b[44mopen\x1b[0m\n';
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 3) {
        const rig = new OutputRig();
        const output = rig.plain('web');
        for (const chunk of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
          pushFromInput(output, rig.memory, chunk);
        }
        output.end();
        expect(await rig.text()).toBe(expected);
      }
    }
  });
});
