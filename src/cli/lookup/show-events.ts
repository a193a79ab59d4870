import type { Lookups } from '../../client/lookups.ts';
import { wantsColor } from '../../output/color.ts';
import type { LookupEvent } from '../../protocol/lookup-event.ts';
import { Ending } from '../ending.ts';
import type { Patience } from '../lasting.ts';
import { lookupEventLine } from '../view/lookup-text.ts';
import { eventPaint } from '../view/paint.ts';
import { watchLookups } from './lookup-watch.ts';

/** How what lookupds tell is shown, and for how long. */
export interface LookupEventChoices {
  readonly json: boolean;
  readonly color: boolean | undefined;
  /** End after so many. */
  readonly count: number | undefined;
  readonly patience: Patience;
  readonly settleMs?: number | undefined;
}

/** Shows what lookupds are told; resolves with the exit code. @throws GafferError */
export async function showLookupEvents(
  lookups: Lookups,
  { json, color, count = Number.POSITIVE_INFINITY, ...others }: LookupEventChoices,
): Promise<number> {
  const end = new Ending();
  process.stdout.removeAllListeners('error').on('error', end.broken);
  const paint = await eventPaint(!json && wantsColor({ flag: color, env: process.env, isTerminal: process.stdout.isTTY }));
  let shown = 0;
  const tell = (event: LookupEvent): void => {
    if (shown < count) {
      const time = new Date();
      process.stdout.write(
        json ? `${JSON.stringify({ time: time.getTime() / 1000, ...event })}\n` : paint(event.event, lookupEventLine(event, time)),
      );
      shown += 1;
    }
    if (shown >= count) {
      end.reach(0);
    }
  };
  try {
    await watchLookups(lookups, { ...others, end, tell, ready: drained });
  } finally {
    await end.flushed(drained() ?? Promise.resolve());
  }
  return await end.reached;
}

/** Resolves when what was written was taken; undefined where little waits. */
function drained(): Promise<void> | undefined {
  return process.stdout.writableNeedDrain ? new Promise((resolve) => process.stdout.once('drain', resolve)) : undefined;
}
