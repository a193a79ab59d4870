import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Console, type ConsoleOptions } from '../../src/output/console.ts';
import { LineFormat } from '../../src/output/line-format.ts';
import { LineMemory } from '../../src/output/line-memory.ts';
import { RESET } from '../../src/output/open-styles.ts';
import { Palette } from '../../src/output/palette.ts';
import { settle } from '../support/fake-clock.ts';
import { FakeSink } from '../support/fake-sink.ts';

/** Longer than an unfinished line waits to be shown. */
const REST_MS = 50;

class Rig {
  readonly sink = new FakeSink();
  readonly told: string[] = [];
  readonly console: Console;

  constructor(options: Partial<ConsoleOptions> = {}) {
    this.console = new Console({
      sink: this.sink,
      memory: new LineMemory(),
      format: new LineFormat({ timestamp: 'none', align: false, raw: false, palette: new Palette(false) }),
      isTerminal: true,
      onFull: () => this.told.push('full'),
      onRoom: () => this.told.push('room'),
      onBroken: (error) => this.told.push(`broken ${error.message}`),
      onSplit: (job) => this.told.push(`split ${job}`),
      ...options,
    });
  }

  /** An output of a process, and a way to feed it. */
  output(name: string): { readonly says: (text: string) => void; readonly end: () => void } {
    const output = this.console.output(name, () => name);
    return { says: (text) => output.push(Buffer.from(text)), end: () => output.end() };
  }

  /** What is on the screen once everything has rested for so long. */
  async after(ms: number): Promise<string> {
    vi.advanceTimersByTime(ms);
    await settle();
    return this.sink.bytes.toString();
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a prompt on a terminal', () => {
  it('is shown when it rests, and not before', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('hello\nname? ');
    expect(await rig.after(0)).toBe('web | hello\n');
    expect(await rig.after(REST_MS)).toBe('web | hello\nweb | name? ');
  });

  it('is not shown while more of it comes', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    for (let i = 0; i < 20; i += 1) {
      web.says('.');
      expect(await rig.after(20)).toBe('');
    }
    expect(await rig.after(REST_MS)).toBe(`web | ${'.'.repeat(20)}`);
  });

  it('is shown within 100 milliseconds even if it comes letter by letter', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    for (const letter of 'name? ') {
      web.says(letter);
      await rig.after(1);
    }
    expect(await rig.after(94)).toBe('web | name? ');
  });

  it('goes on where it stands, and ends its line', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('name? ');
    await rig.after(REST_MS);
    web.says('Joe');
    expect(await rig.after(REST_MS)).toBe('web | name? Joe');
    web.says('\nhello Joe\n');
    expect(await rig.after(0)).toBe('web | name? Joe\nweb | hello Joe\n');
  });

  it('ends its line when another has something to say, and goes on behind a prefix', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    web.says('name? ');
    await rig.after(REST_MS);
    worker.says('busy\n');
    web.says('Joe\n');
    expect(await rig.after(0)).toBe('web | name? \nworker | busy\nweb | Joe\n');
  });

  it('ends its line when another has a prompt, and when gaffer says something', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    web.says('one? ');
    await rig.after(REST_MS);
    worker.says('two? ');
    await rig.after(REST_MS);
    rig.console.say('web', 'web', 'exit');
    expect(await rig.after(0)).toBe('web | one? \nworker | two? \nweb | exit\n');
  });

  it('ends its line when its process has ended', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('name? ');
    await rig.after(REST_MS);
    web.end();
    web.end();
    expect(await rig.after(0)).toBe('web | name? \n');
  });

  it('that was not shown yet comes out whole when its process has ended', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('last words');
    web.end();
    expect(await rig.after(1000)).toBe('web | last words\n');
  });

  it('of several comes out once each', async () => {
    const rig = new Rig();
    for (const name of ['a', 'b', 'c']) {
      rig.output(name).says(`${name}? `);
    }
    expect(await rig.after(REST_MS)).toBe('a | a? \nb | b? \nc | c? ');
    expect(await rig.after(1000)).toBe('a | a? \nb | b? \nc | c? ');
  });

  it('is not shown while the output waits for its reader', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    rig.sink.close();
    while (!rig.console.isFull) {
      worker.says(`${'x'.repeat(60_000)}\n`);
      await settle();
    }
    web.says('name? ');
    await rig.after(1000);
    web.says('Joe\n');
    rig.sink.open();
    await rig.after(0);
    expect(rig.sink.text).toMatch(/\nweb \| name\? Joe\n$/);
    expect(rig.told).toEqual(['full', 'room']);
  });

  it('does not stand before what comes while the output waits', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    rig.sink.close();
    while (!rig.console.isFull) {
      worker.says(`${'x'.repeat(60_000)}\n`);
      await settle();
    }
    web.says('name? ');
    await rig.after(1000);
    worker.says('last\n');
    rig.sink.open();
    await settle();
    await rig.after(REST_MS);
    expect(rig.sink.text).toMatch(/x\nworker \| last\nweb \| name\? $/);
  });

  it('is shown when there is room again', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    rig.sink.close();
    while (!rig.console.isFull) {
      worker.says(`${'x'.repeat(60_000)}\n`);
      await settle();
    }
    web.says('name? ');
    await rig.after(1000);
    rig.sink.open();
    await settle();
    await rig.after(REST_MS);
    expect(rig.sink.text).toMatch(/\nweb \| name\? $/);
  });

  it('is shown also when everything was flushed before', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('one? ');
    await rig.console.flush();
    web.says('two? ');
    expect(await rig.after(REST_MS)).toMatch(/two\? $/);
  });
});

describe('what cannot be torn', () => {
  it.each(['é', '€', '😀', '…', '❯', 'ÿ'])('the character %s, is shown at the end of a prompt', async (character) => {
    const rig = new Rig();
    rig.output('web').says(`name${character}`);
    expect(await rig.after(REST_MS)).toBe(`web | name${character}`);
  });

  it.each([
    { what: 'a character of two bytes', text: 'é' },
    { what: 'a character of three bytes', text: '€' },
    { what: 'a character of four bytes', text: '😀' },
    { what: 'a colour', text: '\x1b[38;5;196m' },
    { what: 'a title', text: '\x1b]0;my title\x07' },
    { what: 'a title with the other end', text: '\x1b]0;my title\x1b\\' },
    { what: 'a character set', text: '\x1b(B' },
  ])('$what, is never shown in halves', async ({ text }) => {
    const bytes = Buffer.from(text);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const rig = new Rig();
      const output = rig.console.output('web', () => 'web');
      output.push(Buffer.concat([Buffer.from('name'), bytes.subarray(0, cut)]));
      expect(await rig.after(REST_MS)).toBe('web | name');
      rig.console.say('x', 'x', 'other');
      output.push(Buffer.concat([bytes.subarray(cut), Buffer.from('rest\n')]));
      expect((await rig.after(0)).replaceAll(RESET, '')).toBe(`web | name\nx | other\nweb | ${text}rest\n`);
    }
  });

  it('is given up waiting for when the process has ended', async () => {
    const rig = new Rig();
    const output = rig.console.output('web', () => 'web');
    output.push(Buffer.from([0x61, 0xe2, 0x82]));
    await rig.after(REST_MS);
    output.end();
    await rig.after(0);
    expect(rig.sink.bytes).toEqual(Buffer.from('web | a\xe2\x82\n', 'latin1'));
  });
});

describe('a progress bar', () => {
  it('keeps its prefix', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('10%\r20%');
    expect(await rig.after(REST_MS)).toBe('web | 10%\rweb | 20%');
    web.says('\r30%');
    expect(await rig.after(REST_MS)).toBe('web | 10%\rweb | 20%\rweb | 30%');
    web.says('\rdone\n');
    expect(await rig.after(0)).toBe('web | 10%\rweb | 20%\rweb | 30%\rweb | done\n');
  });

  it('that ends with CR keeps it back until something is written over', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('10%\r');
    expect(await rig.after(REST_MS)).toBe('web | 10%');
    web.says('20%\r');
    expect(await rig.after(REST_MS)).toBe('web | 10%\rweb | 20%');
    web.says('\n');
    expect(await rig.after(0)).toBe('web | 10%\rweb | 20%\r\n');
  });

  it('is shown though it never rests', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    for (let percent = 0; percent < 100; percent += 1) {
      web.says(`\r${percent}%`);
      await rig.after(10);
    }
    expect(rig.sink.text.split('\r').length).toBeGreaterThan(50);
    expect(rig.sink.text).toMatch(/\rweb \| 9\d%$/);
  });
});

describe('a prompt after a progress bar', () => {
  it('is shown when it rests, and not before', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    await rig.after(1000);
    web.says('10%\r20%');
    web.says('\n');
    for (let i = 0; i < 20; i += 1) {
      web.says('.');
      expect(await rig.after(20)).toBe('web | 10%\rweb | 20%\n');
    }
  });
});

describe('a line on a terminal', () => {
  it('keeps its CR before the newline', async () => {
    const rig = new Rig();
    rig.output('web').says('one\r\ntwo\r\n');
    expect(await rig.after(0)).toBe('web | one\r\nweb | two\r\n');
  });

  it('does not leave its colour to the next', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    web.says('\x1b[31mred\nplain\n\x1b[32mgreen\x1b[39m\n');
    worker.says('also plain\n');
    expect(await rig.after(0)).toBe(`web | \x1b[31mred${RESET}\nweb | plain\nweb | \x1b[32mgreen\x1b[39m\nworker | also plain\n`);
  });

  it('does not leave the colour of a prompt to another', async () => {
    const rig = new Rig();
    const [web, worker] = [rig.output('web'), rig.output('worker')];
    web.says('\x1b[31mname? ');
    await rig.after(REST_MS);
    worker.says('plain\n');
    web.says('Joe\n');
    expect(await rig.after(0)).toBe(`web | \x1b[31mname? ${RESET}\nworker | plain\nweb | Joe\n`);
  });

  it('closes the colour that its prompt has opened', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    web.says('\x1b[31mname? ');
    await rig.after(REST_MS);
    web.says('Joe\n');
    expect(await rig.after(0)).toBe(`web | \x1b[31mname? Joe${RESET}\n`);
  });

  it('keeps every byte', async () => {
    const rig = new Rig();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 10 && byte !== 13));
    const output = rig.console.output('web', () => 'web');
    for (const byte of bytes) {
      output.push(Buffer.from([byte]));
    }
    output.push(Buffer.from('\n'));
    await rig.after(0);
    expect(rig.sink.bytes).toEqual(Buffer.concat([Buffer.from('web | '), bytes, Buffer.from('\n')]));
  });

  it('of 8 MiB comes out whole, a longer one than 16 MiB in pieces', async () => {
    const rig = new Rig();
    const web = rig.output('web');
    const piece = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 8 * 16; i += 1) {
      web.says(piece);
    }
    web.says('\n');
    await rig.console.flush();
    expect(rig.sink.bytes.length).toBe('web | '.length + 8 * 1024 * 1024 + 1);
    for (let i = 0; i < 17 * 16; i += 1) {
      web.says(piece);
    }
    await rig.console.flush();
    expect(rig.told.filter((word) => word.startsWith('split'))).toEqual(['split web']);
    expect(rig.sink.text.split('\n').every((line) => line === '' || line.startsWith('web | x'))).toBe(true);
  });
});

describe('what gaffer says', () => {
  it('looks like a line of the job, each line of it', async () => {
    const rig = new Rig();
    rig.console.say('web', 'web.2', 'given up; its last lines:\n  one\n  two');
    expect(await rig.after(0)).toBe('web.2 | given up; its last lines:\nweb.2 |   one\nweb.2 |   two\n');
  });

  it('does not leave the colours open that it quotes', async () => {
    const rig = new Rig();
    rig.console.say('web', 'web', 'its last lines:\n  \x1b[31mred\n  plain');
    expect(await rig.after(0)).toBe(`web | its last lines:\nweb |   \x1b[31mred${RESET}\nweb |   plain\n`);
  });

  it('can be written over what the terminal shows of a typed key', async () => {
    const rig = new Rig();
    rig.console.overwrite();
    rig.console.say('gaffer', 'gaffer', 'stopping');
    expect(await rig.after(0)).toBe('\rgaffer | stopping\n');
  });
});

describe('a prompt that a key is typed into', () => {
  it('is not written over', async () => {
    const rig = new Rig();
    rig.output('web').says('name? ');
    await rig.after(REST_MS);
    rig.console.overwrite();
    rig.console.say('gaffer', 'gaffer', 'stopping');
    expect(await rig.after(0)).toBe('web | name? \ngaffer | stopping\n');
  });
});

describe('into a pipe or file', () => {
  it('only whole lines go, and no prompt', async () => {
    const rig = new Rig({ isTerminal: false });
    const web = rig.output('web');
    web.says('one\nname? ');
    expect(await rig.after(1000)).toBe('web | one\n');
    rig.console.overwrite();
    rig.console.say('web', 'web', 'exit');
    web.says('Joe');
    web.end();
    await rig.console.flush();
    expect(rig.sink.text).toBe('web | one\nweb | exit\nweb | name? Joe\n');
  });

  it('goes nothing more when nobody reads', async () => {
    const rig = new Rig({ isTerminal: false });
    rig.sink.break(new Error('EPIPE'));
    rig.console.say('web', 'web', 'hello');
    await rig.console.flush();
    await rig.console.flush();
    expect(rig.told).toEqual(['broken EPIPE']);
  });
});
