import type { Unsubscribe } from '../../job/node.ts';
import type { Feed } from '../operation.ts';
import { LINES, type RecordForm, type RecordMark } from './record-form.ts';
import { RecordWriter } from './record-writer.ts';

/** Where a subscription tells its records, and that there are no more. */
export interface RecordListener {
  readonly tell: (record: unknown, mark?: RecordMark) => void;
  /** Nothing of what was up to there is to be told any more. */
  readonly passed: (id: string) => void;
  readonly end: () => void;
}

/** How a feed of records goes on. */
export interface RecordFeedOptions {
  /** Default: a JSON object on a line each. */
  readonly form?: RecordForm;
  /** The feed is over after the first record, or after those of the moment in which there is one. Default: it goes on. */
  readonly until?: 'first' | 'some' | undefined;
  /** How often, in milliseconds, a reader is shown that the connection is there. Default: never. */
  readonly heartbeatMs?: number | undefined;
  /** Bytes that may wait for the reader before records are left out. Default 1 MiB. */
  readonly limit?: number;
  /** Is called when what was there at the beginning has left this process. */
  readonly onCaughtUp?: () => void;
  /** Where it begins; asked for when it does. */
  readonly from?: () => string | undefined;
}

interface Told {
  readonly record: unknown;
  readonly mark: RecordMark | undefined;
}

/**
 * Subscribes, and answers a feed of all that is told, from the first moment on. What is there when the feed begins is
 * written entirely; of what comes then, that which a slow reader has no room for is left out.
 */
export async function recordFeed(subscribe: (listener: RecordListener) => Promise<Unsubscribe>, options: RecordFeedOptions = {}): Promise<Feed> {
  const early: Told[] = [];
  let place: string | undefined;
  let hasEnded = false;
  let listener: Pick<RecordListener, 'tell' | 'end'> = {
    tell: (record, mark) => early.push({ record, mark }),
    end: () => {
      hasEnded = true;
    },
  };
  const unsubscribe = await subscribe({
    tell: (record, mark) => {
      listener.tell(record, mark);
      place = mark?.id ?? place;
    },
    passed: (id) => {
      place = id;
    },
    end: () => listener.end(),
  });
  return (out) => {
    const writer = new RecordWriter(out, options.form ?? LINES, options.limit);
    const { until, heartbeatMs } = options;
    let isOver = false;
    const letGo = (): void => {
      if (!isOver) {
        isOver = true;
        clearInterval(heart);
        unsubscribe();
        writer.end();
      }
    };
    const finish = (): void => {
      if (!isOver) {
        letGo();
        out.end();
      }
    };
    const heart = heartbeatMs === undefined ? undefined : setInterval(() => writer.beat(place), heartbeatMs);
    const tell = (record: unknown, mark?: RecordMark): void => {
      if (!isOver) {
        writer.write(record, mark);
        if (until === 'first') {
          finish();
        } else if (until === 'some') {
          setImmediate(finish);
        }
      }
    };
    listener = { tell, end: finish };
    writer.entirely(() => {
      writer.open(options.from?.());
      for (const { record, mark } of early.splice(0)) {
        tell(record, mark);
      }
    });
    if (hasEnded) {
      finish();
    }
    writer.whenSent(() => options.onCaughtUp?.());
    return letGo;
  };
}
