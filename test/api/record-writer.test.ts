import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RecordWriter } from '../../src/api/record-writer.ts';

/** Somebody who reads when he is told to. */
class SlowReader extends Writable {
  readonly lines: unknown[] = [];
  #reads = false;
  #next: () => void = () => undefined;

  constructor() {
    super({ highWaterMark: 1024, decodeStrings: false });
  }

  override _write(chunk: string, _: unknown, done: () => void): void {
    this.lines.push(JSON.parse(chunk));
    if (this.#reads) {
      setImmediate(done);
    } else {
      this.#next = done;
    }
  }

  async readAll(): Promise<void> {
    this.#reads = true;
    this.#next();
    this.#next = () => undefined;
    while (this.writableLength > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const RECORD = { data: 'x'.repeat(100_000) };

describe('records for a slow reader', () => {
  it('wait up to a megabyte; then they are left out, and how many is said when he reads on', async () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader);
    for (let n = 0; n < 1000; n += 1) {
      writer.write(RECORD);
    }
    expect(reader.writableLength).toBeGreaterThan(1_000_000);
    expect(reader.writableLength).toBeLessThan(1_200_000);
    await reader.readAll();
    const received = reader.lines.length - 1;
    expect(reader.lines.at(-1)).toEqual({ dropped: 1000 - received });
    writer.write({ n: 1 });
    await reader.readAll();
    expect(reader.lines.at(-1)).toEqual({ n: 1 });
  });

  it('are said to be missing before the next one when there is room again', () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader);
    writer.entirely(() => undefined);
    for (let n = 0; n < 20; n += 1) {
      writer.write(RECORD);
    }
    expect(reader.writableLength).toBeLessThan(1_200_000);
  });

  it('are all written that there are from the beginning, and what follows has its room besides', async () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader);
    writer.entirely(() => {
      for (let n = 0; n < 30; n += 1) {
        writer.write(RECORD);
      }
    });
    writer.write({ n: 1 });
    await reader.readAll();
    expect(reader.lines).toHaveLength(31);
    expect(reader.lines.at(-1)).toEqual({ n: 1 });
  });

  it('are said to be missing at the end', async () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader);
    for (let n = 0; n < 100; n += 1) {
      writer.write(RECORD);
    }
    writer.end();
    reader.end();
    writer.write(RECORD);
    writer.end();
    await reader.readAll();
    expect(reader.lines.at(-1)).toEqual({ dropped: 100 - (reader.lines.length - 1) });
  });
});
