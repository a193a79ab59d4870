import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DescriptorStream, FileSink, type Sink, StreamSink, sinkFor } from '../../src/output/sink.ts';
import { FifoPool, type Pipe } from '../../src/supervisor/fifo-pool.ts';

/** What a sink writes to, and what has come there. */
interface Target {
  readonly sink: Sink;
  readonly written: () => Promise<Buffer>;
}

function tempFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'out');
}

function file(): Target & { readonly fd: number } {
  const path = tempFile();
  const fd = openSync(path, 'w');
  onTestFinished(() => closeSync(fd));
  return { fd, sink: new FileSink(fd), written: async () => readFileSync(path) };
}

/** A reader that takes a few bytes at a time. */
function slowStream(): Target {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write: (chunk: Buffer, _, done) => {
      chunks.push(Buffer.from(chunk));
      setImmediate(done);
    },
  });
  return { sink: new StreamSink(stream), written: async () => Buffer.concat(chunks) };
}

async function pipe(): Promise<Pipe> {
  const fifos = new FifoPool();
  await fifos.reserve(1);
  const taken = fifos.take()!;
  await fifos.close();
  return taken;
}

/** A pipe that is read by the test: it takes 64 KiB and then only what is read. */
async function pipeStream(): Promise<Target> {
  const { readFd, writeFd } = await pipe();
  const reader = new Socket({ fd: readFd, readable: true, writable: false });
  const writer = new Socket({ fd: writeFd, readable: false, writable: true });
  onTestFinished(() => {
    reader.destroy();
    writer.destroy();
  });
  const chunks: Buffer[] = [];
  reader.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    sink: new StreamSink(writer),
    written: async () => {
      await new Promise<void>((resolve) => writer.end(resolve));
      await new Promise((resolve) => reader.once('end', resolve));
      return Buffer.concat(chunks);
    },
  };
}

describe.each<{ readonly name: string; readonly open: () => Target | Promise<Target> }>([
  { name: 'a file', open: file },
  { name: 'a slow stream', open: slowStream },
  { name: 'a pipe', open: pipeStream },
])('a sink that is $name', ({ open }) => {
  it('writes all pieces in order', async () => {
    const { sink, written } = await open();
    await sink.write([Buffer.from('one '), Buffer.from('two '), Buffer.from('three')]);
    await sink.write([Buffer.from(' four')]);
    expect((await written()).toString()).toBe('one two three four');
  });

  it('writes what is larger than what the other side takes at once', async () => {
    const { sink, written } = await open();
    const pieces = Array.from({ length: 8 }, (_, i) => Buffer.alloc(200_000, `${i} abcdef`));
    await sink.write(pieces);
    expect((await written()).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('writes more pieces than the system takes in one call', async () => {
    const { sink, written } = await open();
    const pieces = Array.from({ length: 3000 }, (_, i) => Buffer.from(`${i}\n`));
    await sink.write(pieces);
    expect((await written()).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('has nothing to do when it is given nothing', async () => {
    const { sink, written } = await open();
    await sink.write([]);
    await sink.write([new Uint8Array()]);
    expect(await written()).toHaveLength(0);
  });
});

describe('a sink that nobody reads from', () => {
  it('rejects as a pipe', async () => {
    const { readFd, writeFd } = await pipe();
    const writer = new Socket({ fd: writeFd, readable: false, writable: true });
    onTestFinished(() => void writer.destroy());
    const sink = new StreamSink(writer);
    closeSync(readFd);
    await expect(sink.write([Buffer.from('a'), Buffer.from('b')])).rejects.toMatchObject({ code: 'EPIPE' });
    await expect(sink.write([Buffer.from('c')])).rejects.toThrow();
  });

  it('rejects as a file', async () => {
    const { readFd, writeFd } = await pipe();
    onTestFinished(() => closeSync(writeFd));
    closeSync(readFd);
    await expect(new FileSink(writeFd).write([Buffer.from('a')])).rejects.toMatchObject({ code: 'EPIPE' });
  });

  it('rejects when the file is not open for writing', async () => {
    const path = tempFile();
    closeSync(openSync(path, 'w'));
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    await expect(new FileSink(fd).write([Buffer.from('a')])).rejects.toMatchObject({ code: 'EBADF' });
  });
});

describe('a full device', () => {
  it('is waited for, and said once', async () => {
    const fd = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(fd));
    const said: string[] = [];
    let tries = 0;
    const isPatient = (): boolean => {
      tries += 1;
      return tries < 10;
    };
    const sink = new FileSink(fd, { onNoSpace: (error) => said.push(error.message), retryMs: 1, isPatient });
    await expect(sink.write([Buffer.from('x')])).rejects.toMatchObject({ code: 'ENOSPC' });
    expect({ tries, said }).toEqual({ tries: 10, said: [expect.stringMatching(/^ENOSPC/)] });
  });

  it('is written to as soon as there is room', async () => {
    const path = tempFile();
    const fd = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(fd));
    // what the descriptor stands for changes while the sink waits
    const onNoSpace = (): void => {
      closeSync(fd);
      expect(openSync(path, 'w')).toBe(fd);
    };
    await new FileSink(fd, { onNoSpace, retryMs: 1 }).write([Buffer.from('one '), Buffer.from('two')]);
    expect(readFileSync(path, 'utf8')).toBe('one two');
  });

  it.runIf(process.geteuid?.() === 0)('that becomes full in the middle of a piece has nothing lost or doubled', async ({ skip }) => {
    const folder = dirname(tempFile());
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', folder]).status === 0;
    skip(!mounted, 'no file system can be mounted here');
    onTestFinished(() => void spawnSync('umount', [folder]));
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(192 * 1024));
    const path = join(folder, 'out');
    const fd = openSync(path, 'w');
    onTestFinished(() => closeSync(fd));
    const pieces = Array.from({ length: 30 }, (_, i) => Buffer.alloc(5001, `${i} `));
    let sizeWhenFull = 0;
    const onNoSpace = (): void => {
      sizeWhenFull = statSync(path).size;
      rmSync(join(folder, 'ballast'));
    };
    await new FileSink(fd, { onNoSpace, retryMs: 1 }).write(pieces);
    expect(sizeWhenFull).toBe(64 * 1024);
    expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true);
  });
});

describe('the sink of a standard stream', () => {
  it('is for a file one that does not block', async () => {
    const { fd, written } = file();
    writeSync(fd, '1 ');
    const sink = sinkFor({ fd, isTTY: false } as unknown as DescriptorStream);
    expect(sink).toBeInstanceOf(FileSink);
    await sink.write([Buffer.from('2')]);
    expect((await written()).toString()).toBe('1 2');
  });

  it('is for a pipe the stream itself', async () => {
    const { readFd, writeFd } = await pipe();
    const stream = new Socket({ fd: writeFd, readable: false, writable: true });
    onTestFinished(() => {
      stream.destroy();
      closeSync(readFd);
    });
    expect(sinkFor(Object.assign(stream, { fd: writeFd, isTTY: false }) as unknown as DescriptorStream)).toBeInstanceOf(StreamSink);
  });
});
