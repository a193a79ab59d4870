import { harmlessLine } from '../../finding.ts';
import type { GafferEvent } from '../../job/event.ts';
import type { LogEntry } from '../../job/log.ts';
import { clockTime } from '../../output/line-format.ts';
import { Palette } from '../../output/palette.ts';
import { oldEventNames } from '../../protocol/event-names.ts';
import { eventRecord } from '../../protocol/event-record.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { complain } from '../complain.ts';
import type { LogWriter } from '../view/log-writer.ts';

/** Writes events to stdout under their names of 0.4, a line each: for people, coloured for each job or not, or as JSON. @param onBroken is told when that is impossible */
export function watchWriter({ json, color }: { readonly json: boolean; readonly color: boolean }, onBroken: (error: Error) => void): LogWriter {
  process.stdout.removeAllListeners('error').on('error', onBroken);
  const palette = new Palette(color);
  let last: Promise<void> = Promise.resolve();
  const write = (text: string): Promise<void> => {
    last = new Promise((resolve) => {
      process.stdout.write(`${text}\n`, () => resolve());
    });
    return last;
  };
  return {
    shows: ({ kind }) => kind === 'event',
    write: (entry: LogEntry) => {
      if (entry.kind === 'event') {
        return write(json ? JSON.stringify(watchRecord(entry.event)) : palette.paint(entry.event.name, watchLine(entry.event)));
      }
      return entry.kind === 'dropped' ? tellDropped(entry.count, json, write) : undefined;
    },
    beginAnew: () => undefined,
    finish: () => last,
  };
}

function tellDropped(count: number, json: boolean, write: (text: string) => Promise<void>): Promise<void> | undefined {
  if (json) {
    return write(JSON.stringify({ dropped: count }));
  }
  complain(`${count} events were left out: they came faster than they are read`);
  return undefined;
}

/** `15:31:52 dummy | spawn dummy`. */
export function watchLine(event: GafferEvent): string {
  const name = harmlessLine(oldJobName(event.name));
  return `${clockTime(new Date(event.timeMs))} ${name} | ${oldType(event)} ${name}`;
}

/** An event as the API tells it, under its names of 0.4. */
export function watchRecord(event: GafferEvent): object {
  return { ...eventRecord(event), event: oldType(event), name: oldJobName(event.name) };
}

/** What 0.4 called it; what it knew nothing of is called as it is now. */
function oldType(event: GafferEvent): string {
  const [type = event.type] = oldEventNames(event);
  return type;
}
