import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test as plainTest } from 'vitest';
import { Pidfile } from '../../src/daemon/pidfile.ts';

const test = plainTest.extend<{ path: string }>({
  path: async ({ task: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'gafferd-pid-'));
    await use(join(folder, 'gafferd.pid'));
    rmSync(folder, { recursive: true, force: true });
  },
});

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

describe('a pidfile', () => {
  test('names the process, for all to read', ({ path }) => {
    const umask = process.umask(0o077);
    Pidfile.claim(path);
    process.umask(umask);
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(path, '..'))).toEqual(['gafferd.pid']);
  });

  test.for<readonly [string, () => string]>([
    ['is empty', () => ''],
    ['has something else in it', () => 'hello\n'],
    ['has zero in it', () => '0\n'],
    ['has a group in it', () => '-1\n'],
    ['has too much in it', () => `${process.ppid} ${process.ppid}\n`],
    ['has a number in it that is no pid', () => '99999999999999999999\n'],
    ['names a process that has ended', () => `${deadPid()}\n`],
    ['names this process', () => ` ${process.pid}`],
  ])('that %s is replaced', ([, text], { path }) => {
    writeFileSync(path, text());
    Pidfile.claim(path);
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  });

  test('that names a process that runs is left alone', ({ path }) => {
    writeFileSync(path, `${process.ppid}\n`);
    expect(() => Pidfile.claim(path)).toThrow(
      expect.objectContaining({
        code: 'already_running',
        message: `gafferd is running already: ${path} names process ${process.ppid}; stop that one first, or name another pidfile`,
      }),
    );
    expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`);
  });

  test('replaces what a crash has left beside it', ({ path }) => {
    writeFileSync(`${path}.${process.pid}.tmp`, 'x');
    chmodSync(`${path}.${process.pid}.tmp`, 0);
    Pidfile.claim(path);
    expect(readdirSync(join(path, '..'))).toEqual(['gafferd.pid']);
  });

  test('needs a folder', ({ path }) => {
    const folder = join(path, '..', 'none');
    const message = `cannot use the pidfile ${join(folder, 'x')}: there is no folder ${folder}; make it, or name another pidfile`;
    expect(() => Pidfile.claim(join(folder, 'x'))).toThrow(expect.objectContaining({ code: 'io_failed', message }));
  });

  test('is no folder', ({ path }) => {
    mkdirSync(path);
    expect(() => Pidfile.claim(path)).toThrow(`cannot use the pidfile ${path}: it is a folder`);
  });
});

describe('at the end', () => {
  test('it is removed', ({ path }) => {
    Pidfile.claim(path).remove();
    expect(existsSync(path)).toBe(false);
  });

  test('it stays when it names another process', ({ path }) => {
    const pidfile = Pidfile.claim(path);
    writeFileSync(path, '1\n');
    pidfile.remove();
    expect(readFileSync(path, 'utf8')).toBe('1\n');
  });

  test('it may be gone, or something else', ({ path }) => {
    const pidfile = Pidfile.claim(path);
    rmSync(path);
    pidfile.remove();
    mkdirSync(path);
    pidfile.remove();
    expect(existsSync(path)).toBe(true);
  });

  test('that names the process which has left goes over to its successor, and stays when that one left it', ({ path }) => {
    const old = Pidfile.claim(path, { pid: process.ppid });
    Pidfile.claim(path, { over: process.ppid });
    old.remove();
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  });
});
