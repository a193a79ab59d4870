import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EVENTS } from '../../../src/api/feeds/record-form.ts';
import { RecordWriter } from '../../../src/api/feeds/record-writer.ts';
import { EventStreamReader } from '../../support/event-source.ts';

/** Somebody who reads when he is told to. */
class SlowReader extends Writable {
  readonly chunks: string[] = [];
  #reads = false;
  #next: () => void = () => undefined;

  constructor() {
    super({ highWaterMark: 1024, decodeStrings: false });
  }

  get lines(): unknown[] {
    return this.chunks.map((chunk) => JSON.parse(chunk) as unknown);
  }

  override _write(chunk: string, _: unknown, done: () => void): void {
    this.chunks.push(chunk);
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

  it('are said to be missing in the way in which they are written', async () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader, EVENTS);
    writer.open('3@5f');
    for (let n = 4; n < 30; n += 1) {
      writer.write(RECORD, { event: 'load', id: `${n}@5f` });
    }
    await reader.readAll();
    const { events, reconnectionTimeMs } = new EventStreamReader().add(Buffer.from(reader.chunks.join('')));
    expect(reconnectionTimeMs).toBe(2000);
    expect(events[0]).toEqual({ type: 'load', data: JSON.stringify(RECORD), lastEventId: '4@5f' });
    expect(events.at(-1)).toMatchObject({ type: 'dropped', data: JSON.stringify({ dropped: 26 - (events.length - 1) }) });
  });

  it('are not waited for by a heartbeat, which comes only when nothing else is under way', async () => {
    const reader = new SlowReader();
    const writer = new RecordWriter(reader, EVENTS);
    writer.beat('3@5f');
    writer.beat('4@5f');
    await reader.readAll();
    writer.beat('5@5f');
    expect(reader.chunks).toEqual([':\nid: 3@5f\n\n', ':\nid: 5@5f\n\n']);
    reader.end();
    writer.beat('6@5f');
    await reader.readAll();
    expect(reader.chunks).toHaveLength(2);
  });
});
