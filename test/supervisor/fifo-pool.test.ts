import { closeSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FifoPool, type Pipe } from '../../src/supervisor/fifo-pool.ts';

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function pool(folder?: string): FifoPool {
  const made = new FifoPool(folder);
  onTestFinished(() => made.close());
  return made;
}

/** Takes pipes until there are none; closes them. */
function countOf(fifos: FifoPool): number {
  let count = 0;
  for (let pipe = fifos.take(); pipe !== undefined; pipe = fifos.take()) {
    close(pipe);
    count += 1;
  }
  return count;
}

function close(pipe: Pipe): void {
  closeSync(pipe.readFd);
  closeSync(pipe.writeFd);
}

/** What of a read is there, as text; empty at the end. */
function read(fd: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString('latin1', 0, readSync(fd, buffer));
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a pool of pipes', () => {
  it('has none before some are made', () => {
    const fifos = pool();
    expect([fifos.has(0), fifos.has(1), fifos.take()]).toEqual([true, false, undefined]);
  });

  it('makes a batch even when few are needed', async () => {
    const fifos = pool();
    await fifos.reserve(1);
    expect(fifos.has(16)).toBe(true);
    expect(countOf(fifos)).toBe(16);
  });

  it('makes as many as are needed, also for several who need them at once', async () => {
    const fifos = pool();
    await Promise.all([fifos.reserve(3), fifos.reserve(40), fifos.reserve(20)]);
    expect(fifos.has(40)).toBe(true);
  });

  it('makes more for those who come next when it is told to', async () => {
    const fifos = pool();
    await fifos.reserve(1, 50);
    expect(fifos.has(50)).toBe(true);
  });

  it('makes only what is missing when it is told to again', async () => {
    const folder = tempFolder();
    const fifos = pool(folder);
    await fifos.prepare(5);
    const made = readdirSync(folder).length;
    for (let times = 0; times < 5; times += 1) {
      await fifos.prepare(5);
    }
    expect(readdirSync(folder)).toHaveLength(made);
    close(fifos.take()!);
    await fifos.prepare(made);
    expect(fifos.has(made)).toBe(true);
  });

  it('makes thousands in several calls', async () => {
    const fifos = pool();
    await fifos.reserve(2500);
    expect(fifos.has(2500)).toBe(true);
  });

  it('gives pipes that nobody finds by name', async () => {
    const folder = tempFolder();
    const fifos = pool(folder);
    await fifos.reserve(1);
    const before = readdirSync(folder).length;
    const pipe = fifos.take()!;
    expect(readdirSync(folder)).toHaveLength(before - 1);
    writeSync(pipe.writeFd, 'hello');
    expect(read(pipe.readFd)).toBe('hello');
    expect(() => read(pipe.readFd)).toThrow('EAGAIN');
    closeSync(pipe.writeFd);
    expect(read(pipe.readFd)).toBe('');
    closeSync(pipe.readFd);
  });

  it('keeps its own folder private and removes it in the end', async () => {
    const temporary = tempFolder();
    vi.stubEnv('TMPDIR', temporary);
    const fifos = pool();
    await fifos.reserve(1);
    const folder = join(temporary, readdirSync(temporary)[0] ?? '');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777).toBe(0o600);
    await fifos.close();
    expect(existsSync(folder)).toBe(false);
    expect([fifos.take(), fifos.isAvailable]).toEqual([undefined, false]);
  });

  it('leaves a folder that it was given, empty', async () => {
    const folder = tempFolder();
    const fifos = pool(folder);
    await fifos.reserve(1);
    await fifos.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes new ones when somebody has cleared the temporary folder away', async () => {
    const temporary = tempFolder();
    vi.stubEnv('TMPDIR', temporary);
    const fifos = pool();
    await fifos.reserve(1);
    rmSync(join(temporary, readdirSync(temporary)[0] ?? ''), { recursive: true });
    expect(fifos.take()).toBeUndefined();
    await fifos.reserve(1);
    expect(countOf(fifos)).toBe(16);
  });

  it('does without where the program is missing that makes them', async () => {
    const fifos = pool(tempFolder());
    vi.stubEnv('PATH', '/nowhere');
    await fifos.reserve(1);
    expect([fifos.isAvailable, fifos.has(1), fifos.take()]).toEqual([false, true, undefined]);
  });

  it('does without where there is no place for them', async () => {
    vi.stubEnv('TMPDIR', '/nowhere');
    const fifos = pool();
    await fifos.reserve(1);
    expect(fifos.take()).toBeUndefined();
  });

  it('tries again the next time when they could not be made', async () => {
    const folder = tempFolder();
    const fifos = pool(join(folder, 'later'));
    await fifos.reserve(1);
    expect(fifos.take()).toBeUndefined();
    mkdirSync(join(folder, 'later'));
    await fifos.reserve(1);
    expect(countOf(fifos)).toBe(16);
  });
});
