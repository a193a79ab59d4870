import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import { Log, type LogOptions } from '../../src/daemon/log.ts';
import { LOG_LEVELS } from '../../src/daemon/log-record.ts';

const test = plainTest.extend<{ folder: string }>({
  folder: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gafferd-log-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const NOON = new Date(2026, 0, 2, 12, 3, 4, 56);

/** A log on stderr whose writes are played. */
class PlayedLog {
  readonly log: Log;
  text = '';
  /** What the next writes do: take so many bytes, or fail; all is taken when nothing is left. */
  readonly plan: (number | string)[] = [];
  writes = 0;

  constructor(options: Partial<LogOptions> = {}) {
    const write = (_fd: number, bytes: Uint8Array): number => {
      this.writes += 1;
      const step = this.plan.shift() ?? bytes.length;
      if (typeof step === 'string') {
        throw Object.assign(new Error(step), { code: step });
      }
      this.text += Buffer.from(bytes.subarray(0, step)).toString();
      return Math.min(step, bytes.length);
    };
    this.log = new Log({ pid: 7, wallTime: () => NOON.getTime(), write, ...options });
  }
}

describe('a record', () => {
  test.for([
    ['x', '2026-01-02 12:03:04 [7] [INFO] x\n'],
    ['é', '2026-01-02 12:03:04 [7] [INFO] é\n'],
    ['one\ntwo\r\nthree\n', '2026-01-02 12:03:04 [7] [INFO] one\n    two\n    three\n'],
    ['\u001b[31mred\r\0\u009b\t', String.raw`2026-01-02 12:03:04 [7] [INFO] \x1b[31mred\x0d\x00\x9b` + '\n'],
  ] as const)('of %j is %j', ([message, text]) => {
    const played = new PlayedLog();
    played.log.info(message, { ip: '::1' });
    expect(played.text).toBe(text);
  });

  test('is an object in JSON, whose own members nobody replaces', () => {
    const played = new PlayedLog({ format: 'json' });
    played.log.error('one\ntwo', { status: 200, path: undefined, pid: 8, message: 'other' });
    expect(played.text).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(played.text)).toEqual({ time: NOON.toISOString(), pid: 7, level: 'error', message: 'one\ntwo', status: 200 });
  });

  test.for(LOG_LEVELS.map((level, index) => [level, index + 1] as const))('of %s and above are told: %i levels', ([level, count]) => {
    const played = new PlayedLog({ level });
    for (const one of LOG_LEVELS) {
      played.log[one](one);
    }
    expect(played.text.match(/\[[A-Z]+\] \w+/g)).toEqual(LOG_LEVELS.slice(0, count).map((one) => `[${one.toUpperCase()}] ${one}`));
  });

  test('is written on, piece by piece', () => {
    const played = new PlayedLog();
    played.plan.push(3, 'EAGAIN', 4, 'EAGAIN', 'EAGAIN');
    played.log.info('x');
    expect(played.text).toBe('2026-01-02 12:03:04 [7] [INFO] x\n');
  });
});

describe('what can not be written', () => {
  test.for(['EPIPE', 'ENOSPC', 'EIO'])('after %s is left out, and counted', (code) => {
    const played = new PlayedLog();
    played.plan.push(code, code, code, code);
    played.log.info('a');
    played.log.info('b');
    played.log.info('c');
    expect(played.text).toBe('');
    played.plan.length = 0;
    played.log.info('d');
    const start = '2026-01-02 12:03:04 [7]';
    expect(played.text).toBe(`${start} [WARNING] 3 records before this one could not be written\n${start} [INFO] d\n`);
  });

  test('does not run into the next record', () => {
    const played = new PlayedLog();
    played.plan.push(5, 'ENOSPC');
    played.log.info('a');
    played.log.info('b');
    expect(played.text.split('\n').map((line) => line.slice(24))).toEqual([
      '',
      '[WARNING] 1 records before this one could not be written',
      '[INFO] b',
      '',
    ]);
  });

  test('is waited for once, and not again before the reader reads', () => {
    const played = new PlayedLog();
    played.plan.push(...Array<string>(1000).fill('EAGAIN'));
    played.log.info('a');
    expect(played.writes).toBe(51);
    played.log.info('b');
    expect(played.writes).toBe(52);
  });
});

describe('a file', () => {
  test('is gone on with, and is for its owner and group', ({ folder }) => {
    const file = join(folder, 'x.log');
    const umask = process.umask(0);
    for (const message of ['a', 'b']) {
      const log = new Log({ file });
      log.info(message);
      log.close();
    }
    process.umask(umask);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(String.raw`^.* \[${process.pid}\] \[INFO\] a\n.* b\n$`));
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  test('is opened anew when it was put aside', ({ folder }) => {
    const file = join(folder, 'x.log');
    const log = new Log({ file });
    log.info('a');
    renameSync(file, `${file}.1`);
    log.info('b');
    log.reopen();
    log.info('c');
    log.close();
    expect(readFileSync(`${file}.1`, 'utf8')).toMatch(/ a\n.* b\n$/);
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+ \S+ \S+ \S+ c\n$/);
  });

  test('is kept when it can not be opened anew', ({ folder }) => {
    const file = join(folder, 'folder', 'x.log');
    expect(() => new Log({ file })).toThrow(
      `cannot open the log ${file}: there is no folder ${join(folder, 'folder')}; make it, or name another file`,
    );
    expect(existsSync(join(folder, 'folder'))).toBe(false);
    const inFolder = new Log({ file: join(folder, 'x.log') });
    rmSync(folder, { recursive: true });
    expect(() => {
      inFolder.reopen();
    }).toThrow('cannot open the log');
    inFolder.info('still here');
    inFolder.close();
  });

  test('is no folder', () => {
    expect(() => new Log({ file: '/' })).toThrow(/^cannot open the log \/: .*EISDIR/);
  });
});

describe('what happens all the time', () => {
  test('is written together at the end of the turn, and before anything else', async () => {
    const played = new PlayedLog();
    played.log.often('one');
    played.log.often('two');
    expect(played.writes).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(played.writes).toBe(1);
    played.log.often('three');
    played.log.warning('four');
    expect(played.writes).toBe(3);
    expect(played.text.match(/one|two|three|four/g)).toEqual(['one', 'two', 'three', 'four']);
    played.log.often('five');
    played.log.close();
    expect(played.text).toContain('five');
  });

  test('is left out where information is not wanted, and counted when it can not be written', async () => {
    const quiet = new PlayedLog({ level: 'warning' });
    quiet.log.often('one');
    quiet.log.close();
    expect(quiet.writes).toBe(0);
    const played = new PlayedLog();
    played.plan.push('ENOSPC');
    played.log.often('one');
    played.log.often('two');
    await new Promise((resolve) => setImmediate(resolve));
    played.log.info('three');
    expect(played.text).toMatch(/2 records before this one could not be written[^]*three/);
  });
});
