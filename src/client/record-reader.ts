import type { Readable } from 'node:stream';

/**
 * Calls back with each JSON object of a stream of lines; resolves when the stream is over, however it ended.
 * @param listener a promise that it returns is waited for before anything more is read
 */
export async function readRecords(stream: Readable, listener: (record: unknown) => unknown): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((text) => text !== '')) {
        const busy = listener(JSON.parse(line));
        if (busy instanceof Promise) {
          await busy;
        }
      }
    }
  } catch {
    // the node is gone, or whoever listened has had enough
  }
}
