import type { GafferEvent } from '../job/event.ts';
import { Tail } from '../supervisor/tail.ts';
import { readEvents } from './event-text.ts';
import type { OutputPlace } from './frame.ts';
import type { Answer, KeptProcess, KeptStream } from './protocol.ts';

/** Beyond what a predecessor may have been told, a stream keeps so much more until that is let go of. */
const ROOM_BYTES = 64 * 1024;

/** A stream of a predecessor's process, with the end of what it has told. */
export interface FoundStream extends KeptStream {
  readonly history: Tail;
}

/** What a keeper has kept. */
export interface Inventory {
  readonly runId: string;
  readonly events: readonly GafferEvent[];
  readonly notes: ReadonlyMap<string, unknown>;
  readonly processes: readonly (Omit<KeptProcess, 'streams'> & { readonly streams: readonly FoundStream[] })[];
}

/** A piece of output that a predecessor may have been told. */
export interface Replayed extends OutputPlace {
  readonly bytes: Buffer;
}

/** Reads what a keeper tells when it lets somebody in. @param replayed what it has sent last, oldest first */
export function readInventory(answers: readonly Answer[], replayed: readonly Replayed[]): Inventory {
  const [welcome, ...rest] = answers;
  const bytesOf = (kind: Answer['kind']): Buffer => {
    const answer = rest.find((one) => one.kind === kind);
    return answer !== undefined && 'bytes' in answer && answer.bytes !== undefined ? Buffer.from(answer.bytes) : Buffer.from('[]');
  };
  const processes = JSON.parse(bytesOf('processes').toString()) as KeptProcess[];
  const tails = bytesOf('tails');
  const pieces = byStream(replayed);
  let at = 0;
  const find = (stream: KeptStream): FoundStream => {
    const length = stream.tail.reduce((sum, [count]) => sum + count, 0);
    at += length;
    return { ...stream, history: historyOf(stream, tails.subarray(at - length, at), pieces.get(stream.stream) ?? []) };
  };
  return {
    runId: welcome?.kind === 'welcome' ? welcome.runId : '',
    events: readEvents(bytesOf('events').toString()),
    notes: new Map(JSON.parse(bytesOf('notes').toString()) as [string, unknown][]),
    processes: processes.map((process) => ({ ...process, streams: process.streams.map(find) })),
  };
}

function byStream(replayed: readonly Replayed[]): ReadonlyMap<number, readonly Replayed[]> {
  const streams = new Map<number, Replayed[]>();
  for (const piece of replayed) {
    const pieces = streams.get(piece.stream) ?? [];
    pieces.push(piece);
    streams.set(piece.stream, pieces);
  }
  return streams;
}

/** The longer of the two: what the keeper has kept of a stream for itself, or what it has sent last. Both go up to the same place. */
function historyOf({ offset, tail }: KeptStream, kept: Buffer, replayed: readonly Replayed[]): Tail {
  const sentLength = offset - (replayed[0]?.offset ?? offset);
  if (sentLength <= kept.length) {
    const history = Tail.history(undefined, offset - kept.length);
    let at = 0;
    for (const [length, timeMs] of tail) {
      history.add(kept.subarray(at, at + length), timeMs);
      at += length;
    }
    return history;
  }
  const history = Tail.history(sentLength + ROOM_BYTES, offset - sentLength);
  for (const { bytes, timeMs } of replayed) {
    history.add(bytes, timeMs);
  }
  return history;
}
