import type { Readable } from 'node:stream';

/** For how long nothing may come before the other side is taken for lost; milliseconds. */
export interface RecordReading {
  readonly silenceMs?: number | undefined;
}

/**
 * Calls back with each JSON object of a stream of lines; resolves when the stream is over, however it ended.
 * @param listener a promise that it returns is waited for before anything more is read
 */
export async function readRecords(stream: Readable, listener: (record: unknown) => unknown, { silenceMs }: RecordReading = {}): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    silence = silenceMs === undefined ? undefined : setTimeout(() => stream.destroy(), silenceMs);
  };
  listen();
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      clearTimeout(silence); // while the listener is busy nothing is read, and silence says nothing
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((text) => text !== '')) {
        const busy = listener(JSON.parse(line));
        if (busy instanceof Promise) {
          await busy;
        }
      }
      listen();
    }
  } catch {
    // the node is gone, or whoever listened has had enough
  } finally {
    clearTimeout(silence);
  }
}
