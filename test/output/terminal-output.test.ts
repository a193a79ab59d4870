import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChildOutput } from '../../src/output/child-output.ts';
import { RESET, withStylesClosed } from '../../src/output/open-styles.ts';
import { OutputRig } from '../support/output-rig.ts';

const NAMES = ['a', 'b', 'c'];

/** What a process can write: characters of every length, and sequences that a terminal must get whole. */
const text = fc
  .array(
    fc.constantFrom('x', ' ', 'é', '€', '😀', '\n', '\n', '\x1b[31m', '\x1b[38;5;196m', '\x1b[39m', '\x1b(B', '\x1b]0;t\x07', '\x1b]0;é\x1b\\'),
    {
      maxLength: 25,
    },
  )
  .map((parts) => parts.join(''));

/** Who writes next, how many bytes, and whether the line is shown that this has left unfinished. */
const step = fc.record({ child: fc.nat(2), size: fc.nat(12), shown: fc.boolean() });

/** An end in the middle of an escape sequence. */
const TORN = /\x1b(?:\[[\d;]*|\][^\x07\x1b]*\x1b?|\()?$/;

/** Feeds each output its text, in pieces and in turns. */
function* pieces(outputs: readonly ChildOutput[], texts: readonly string[], steps: readonly { child: number; size: number }[]) {
  const rests = texts.map((one) => Buffer.from(one));
  for (const { child, size } of steps) {
    outputs[child]!.push(rests[child]!.subarray(0, size));
    rests[child] = rests[child]!.subarray(size);
    yield child;
  }
  for (const [child, output] of outputs.entries()) {
    output.push(rests[child]!);
    output.end();
  }
}

describe('what processes write onto a terminal', () => {
  it('comes out once and in order, each line behind its name, however often it is shown unfinished; nothing is torn', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(text, text, text), fc.array(step, { maxLength: 25 }), async (texts, steps) => {
        const rig = new OutputRig();
        const outputs = NAMES.map((name) => rig.terminal(name));
        let next = 0;
        for (const child of pieces(outputs, texts, steps)) {
          if (steps[next]!.shown) {
            outputs[child]!.show(0);
          }
          next += 1;
          const screen = new TextDecoder('utf-8', { fatal: true }).decode(await rig.bytes());
          expect(screen).not.toMatch(TORN);
        }
        const lines = (await rig.bytes()).toString().split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.filter((line) => !/^[abc] \| /.test(line) || line !== withStylesClosed(line))).toEqual([]);
        for (const [child, name] of NAMES.entries()) {
          const own = lines.filter((line) => line.startsWith(name)).map((line) => line.slice('a | '.length));
          expect(own.join('').replaceAll(RESET, '')).toBe(texts[child]!.replaceAll('\n', ''));
          expect(own.length).toBeGreaterThanOrEqual(texts[child]!.split('\n').length - 1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is what goes into a file, if it never rests in the middle of a line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(text, text, text), fc.array(step, { maxLength: 25 }), async (texts, steps) => {
        const [terminal, file] = [new OutputRig(), new OutputRig()];
        for (const outputs of [NAMES.map((name) => terminal.terminal(name)), NAMES.map((name) => file.plain(name))]) {
          Array.from(pieces(outputs, texts, steps));
        }
        expect((await terminal.bytes()).toString()).toBe((await file.bytes()).toString());
      }),
    );
  });

  it('is counted as held only while it is', async () => {
    const rig = new OutputRig();
    const megabyte = Buffer.alloc(1024 * 1024 + 1, 'x');
    for (let i = 0; i < 100; i += 1) {
      const output = rig.terminal('web');
      output.push(megabyte);
      output.show(0);
    }
    expect(rig.split).toEqual([]);
    expect(await rig.bytes()).toHaveLength(100 * (megabyte.length + 'web | \n'.length) - 1);
  });
});

describe('a line that is written over', () => {
  it.each(['$&', "$'$`$$", 'größe'])('keeps its prefix when that is %s', async (name) => {
    const rig = new OutputRig();
    rig.terminal(name).push(Buffer.from('1\r2\r\r3\r\n'));
    expect((await rig.bytes()).toString()).toBe(`${name} | 1\r${name} | 2\r\r${name} | 3\r\n`);
  });
});

describe('an unfinished line', () => {
  it('is told of whenever more of it is kept', () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('whole\n'));
    expect(rig.held.size).toBe(0);
    output.push(Buffer.from('half'));
    expect(rig.held).toEqual(new Set([output]));
  });

  it('is shown once', async () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('name? '));
    output.show(0);
    output.show(0);
    expect(await rig.text()).toBe('web | name? ');
    expect(rig.screen.open).toBe(output);
  });

  it('gets its end where it stands, and another line a prefix', async () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('name? '));
    output.show(0);
    output.push(Buffer.from('\nhello\n'));
    expect(await rig.text()).toBe('web | name? \nweb | hello\n');
    expect(rig.screen.open).toBeUndefined();
  });

  it('is not ended again by its own newline when another line has ended it', async () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('name? '));
    output.show(0);
    rig.terminal('worker').push(Buffer.from('done\n'));
    output.push(Buffer.from('\nhello\n\n'));
    expect(await rig.text()).toBe('web | name? \nworker | done\nweb | hello\nweb | \n');
  });

  it('goes on in a line of its own when another line has ended it', async () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('50%'));
    output.show(0);
    rig.terminal('worker').push(Buffer.from('done\n'));
    output.push(Buffer.from(' 60%'));
    output.show(1000);
    output.push(Buffer.from('\n'));
    expect(await rig.text()).toBe('web | 50%\nworker | done\nweb |  60%\n');
  });

  it('is shown as it is, whatever its bytes mean', async () => {
    const rig = new OutputRig();
    const output = rig.terminal('web');
    output.push(Buffer.from('\0\x07\xff\x80\xf8', 'latin1'));
    output.show(0);
    expect(await rig.text()).toBe('web | \0\x07\xff\x80\xf8');
  });
});
