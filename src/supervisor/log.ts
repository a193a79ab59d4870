import type { GafferEvent } from '../job/event.ts';
import { isEventSelected, isOutputSelected, type LogEntry, type LogSelection } from '../job/log.ts';
import type { OutputStart, Unsubscribe } from '../job/node.ts';
import type { Instance } from './instance.ts';

/** Where a log is taken from. */
export interface LogSource {
  /** The processes that there are, and of those that have ended the last ones. */
  readonly instances: readonly Instance[];
  readonly events: readonly GafferEvent[];
  onEvent(listener: (event: GafferEvent) => void): Unsubscribe;
  onOutput(listener: (start: OutputStart) => void): Unsubscribe;
}

/** What of one millisecond was before the output; everything else was after it. */
const BEFORE_OUTPUT: readonly GafferEvent['type'][] = ['load', 'update', 'start', 'port_taken', 'spawn'];

/** The last entries, oldest first. */
export function recentLog(source: LogSource, selection: LogSelection, lines: number): readonly LogEntry[] {
  const output = source.instances.flatMap((instance) => outputsOf(instance, selection).flatMap((start) => linesOf(start, instance)));
  const events = source.events
    .filter((event) => isEventSelected(selection, event))
    .map((event) => ({
      timeMs: event.timeMs,
      rank: BEFORE_OUTPUT.includes(event.type) ? 0 : 2,
      entry: { kind: 'event', event } as const,
    }));
  return lines === 0
    ? []
    : [...events, ...output]
        .sort((a, b) => a.timeMs - b.timeMs || a.rank - b.rank)
        .slice(-lines)
        .map(({ entry }) => entry);
}

/** Tells the last entries and then everything that follows. */
export function followLog(source: LogSource, selection: LogSelection, lines: number, listener: (entry: LogEntry) => void): Unsubscribe {
  const ends: Unsubscribe[] = [];
  const follow = ({ jobName: name, pid, slot, label, stream }: OutputStart): void => {
    const end = stream.onData((data) =>
      listener({ kind: 'output', timeMs: Date.now(), name, pid, slot, label, offset: stream.offset - data.length, data }),
    );
    ends.push(end);
    stream.onEnd(() => {
      ends.splice(ends.indexOf(end), 1);
    });
  };
  for (const entry of recentLog(source, selection, lines)) {
    listener(entry);
  }
  for (const start of source.instances.flatMap((instance) => outputsOf(instance, selection))) {
    follow(start);
  }
  const endOutputs = source.onOutput((start) => {
    if (isOutputSelected(selection, { ...start, name: start.jobName })) {
      follow(start);
    }
  });
  const endEvents = source.onEvent((event) => {
    if (isEventSelected(selection, event)) {
      listener({ kind: 'event', event });
    }
  });
  return () => {
    for (const end of [endOutputs, endEvents, ...ends]) {
      end();
    }
  };
}

/** Holds all outputs that are meant, also those to come, until the returned call. */
export function holdOutputs(source: LogSource, selection: LogSelection): Unsubscribe {
  const releases = source.instances.flatMap((instance) => outputsOf(instance, selection).map(({ stream }) => stream.hold()));
  const end = source.onOutput((start) => {
    if (isOutputSelected(selection, { ...start, name: start.jobName })) {
      releases.push(start.stream.hold());
    }
  });
  return () => {
    end();
    releases.forEach((release) => release());
  };
}

function outputsOf(instance: Instance, selection: LogSelection): OutputStart[] {
  const { pid, slot, identity } = instance;
  return [...instance.outputs]
    .filter(([label]) => isOutputSelected(selection, { name: identity.jobName, pid, label }))
    .map(([label, stream]) => ({ jobName: identity.jobName, pid, slot, label, stream }));
}

function linesOf({ jobName: name, pid, slot, label }: OutputStart, instance: Instance) {
  const lines = instance.outputs.get(label)?.tailLines() ?? [];
  return lines.map(({ timeMs, offset, data }) => ({
    timeMs,
    rank: 1,
    entry: { kind: 'output', timeMs, name, pid, slot, label, offset, data } as const,
  }));
}
