import type { ErrorCode } from '../errors.ts';
import type { ProcessExit } from '../job/exit.ts';
import type { Item } from './message.ts';

/** Which protocol this is; a keeper lives longer than the gafferd that has started it, and newer ones have to understand it. */
export const PROTOCOL = 1;

/** The first thing that is said on each of the two connections. */
export interface Hello {
  readonly protocol: number;
  /** The two connections that belong together say the same. */
  readonly visit: string;
  /** What the connection is for: gafferd's commands, or what the keeper tells. */
  readonly role: 'commands' | 'news';
  /** How long it waits for a gafferd that is there to be gone. */
  readonly waitMs: number;
}

/** What gafferd tells its keeper to do. Those of a message are carried out together, or not at all. */
export type Operation =
  /** Keeps an event, as text in `bytes`. */
  | { readonly op: 'event'; readonly bytes: Uint8Array }
  /** Keeps a note, as text in `bytes`; without them it is forgotten. */
  | { readonly op: 'note'; readonly name: string; readonly bytes?: Uint8Array | undefined }
  /** Keeps how it stands with a process, as text in `bytes`. */
  | { readonly op: 'process'; readonly id: number; readonly bytes: Uint8Array }
  /** Nobody asks any more for a process that has ended. */
  | { readonly op: 'forget'; readonly id: number }
  /** Nobody is left in the process's group. */
  | { readonly op: 'gone'; readonly id: number }
  /** The environment behind those of processes to come, as JSON in `bytes`. */
  | { readonly op: 'environment'; readonly bytes: Uint8Array }
  /** Starts a process: the request as JSON in `bytes`, the note on it as text. */
  | { readonly op: 'start'; readonly id: number; readonly note: string; readonly onEnvironment: boolean; readonly bytes: Uint8Array }
  /** Makes pipes for that many outputs. */
  | { readonly op: 'prepare'; readonly outputs: number }
  /** Writes `bytes` to a stream, and answers under this number. */
  | { readonly op: 'write'; readonly stream: number; readonly answer: number; readonly bytes: Uint8Array }
  | { readonly op: 'end' | 'close' | 'hold' | 'resume'; readonly stream: number }
  /** gafferd leaves processes behind: they are read, but of what they write only the end is kept; without any the keeper ends. */
  | { readonly op: 'leave' }
  /** Nothing is left to do. */
  | { readonly op: 'finish' };

/** What the keeper answers a hello with: one item and then, if it is `welcome`, one for each thing that it has kept. */
export type Answer =
  | ({ readonly kind: 'welcome'; readonly runId: string } & Item)
  /** As a JSON array. */
  | { readonly kind: 'events'; readonly bytes: Uint8Array }
  /** As a JSON array of pairs. */
  | { readonly kind: 'notes'; readonly bytes: Uint8Array }
  /** As a JSON array of {@link KeptProcess}. */
  | { readonly kind: 'processes'; readonly bytes: Uint8Array }
  /** The ends of the streams, in the order of the processes and their streams. */
  | { readonly kind: 'tails'; readonly bytes: Uint8Array }
  /** Another gafferd is there. */
  | { readonly kind: 'busy' }
  /** It speaks another protocol. */
  | { readonly kind: 'foreign'; readonly protocol: number };

/** A process, as the keeper tells a successor of it. */
export interface KeptProcess {
  readonly id: number;
  readonly note: unknown;
  readonly state?: unknown;
  readonly osPid?: number | undefined;
  readonly startTime: string;
  readonly exit?: { readonly exit: ProcessExit; readonly atMs: number } | undefined;
  readonly streams: readonly KeptStream[];
}

/** One of its streams. */
export interface KeptStream {
  readonly stream: number;
  readonly label: string;
  readonly offset: number;
  readonly hasEnded: boolean;
  /** Of the bytes before the offset that are kept: how many came when. */
  readonly tail: readonly (readonly [length: number, timeMs: number])[];
}

/** What the keeper tells besides output. */
export type News =
  /** What came before were the last things that a predecessor may have been told; from here on it is for this visit. */
  | { readonly kind: 'live'; readonly visit: string }
  | {
      readonly kind: 'started';
      readonly id: number;
      readonly osPid?: number | undefined;
      readonly startTime: string;
      /** Numbers and labels. */
      readonly streams: readonly (readonly [stream: number, label: string])[];
    }
  | { readonly kind: 'exited'; readonly id: number; readonly exit: ProcessExit; readonly atMs: number }
  /** Nothing more comes from a stream. */
  | { readonly kind: 'ended'; readonly stream: number }
  /** What became of something that was written. */
  | { readonly kind: 'written'; readonly answer: number; readonly problem?: { readonly code: ErrorCode; readonly message: string } | undefined };
