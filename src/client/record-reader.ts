import type { Readable } from 'node:stream';

/** Calls back with each JSON object of a stream of lines; resolves when the stream is over, however it ended. */
export async function readRecords(stream: Readable, listener: (record: unknown) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((text) => text !== '')) {
        listener(JSON.parse(line));
      }
    }
  } catch {
    // the node is gone, or whoever listened has had enough
  }
}
