import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { NeedWord } from '../access/need-word.ts';
import type { Need } from '../access/permissions.ts';
import type { ErrorCode } from '../errors.ts';
import type { LogSelection } from '../job/log.ts';
import type { GafferNode, Unsubscribe } from '../job/node.ts';
import type { JsonSchema } from '../job/settings.ts';
import type { Caller } from './access/caller.ts';
import type { Follower } from './followers.ts';

/** What an operation needs of whoever asks: in words, of which the path says the target, or what follows from the call. */
export type OperationNeed = NeedWord | CallNeed;

/** What follows from a call. */
export interface CallNeed {
  /** The same for people. */
  readonly words: string;
  of(call: Call): Need | Promise<Need>;
}

/** A request, as far as an operation needs to know it. */
export interface Call {
  readonly node: GafferNode;
  /** Who asks. That he may do what the operation needs is settled. */
  readonly caller: Caller;
  /** The address that the request comes from; undefined for a unix socket. */
  readonly from: string | undefined;
  /** Only the head of the answer is asked for. */
  readonly isHead: boolean;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** What the request has been sent to, `https://host:5000`. */
  readonly origin: string;
  /** The parts of the path that have a name. */
  readonly params: Readonly<Record<string, string>>;
  /** What is behind the `?`; what {@link Operation.query} describes is as it says. */
  readonly query: Readonly<Record<string, string>>;
  /** What {@link Operation.body} says. */
  readonly body: unknown;
  /** The types that are asked for, as in an `Accept` header. */
  readonly accept: string;
  /** Where a browser's event source was when its connection was lost. */
  readonly lastEventId: string | undefined;
  /** Takes note that whoever asks follows some output, and comes back when the connection is lost. */
  follows(selection: LogSelection): Follower;
  /** Takes note of work that fails after it was answered. */
  failedLater(error: unknown): void;
}

/** What an operation answers; the type of a text and of bytes is that of its success. */
export type Answer = JsonAnswer | { readonly text: string } | { readonly bytes: Uint8Array } | FeedAnswer;

/** An object, with headers of its own if need be. */
export interface JsonAnswer {
  readonly status?: number;
  readonly json: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that goes on. Nothing of it begins before it is opened, which it is not for HEAD. */
export interface FeedAnswer {
  /** Its type; without it that of the success. */
  readonly type?: string;
  /** Begins to listen. @throws GafferError when there is nothing to listen to */
  open(): Promise<OpenedFeed>;
}

/** A feed that has begun to listen, and headers for its answer. */
export interface OpenedFeed {
  readonly feed: Feed;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Goes on until one of both sides ends it: begins to write, and returns how to let go of the node. */
export type Feed = (out: FeedOutput) => Unsubscribe;

/** What a feed writes into, and over which connection it goes. */
export type FeedOutput = Writable & { readonly socket?: Socket | null };

/** A JSON body, and how it is described. */
export interface JsonBody {
  readonly kind: 'json';
  readonly schema: JsonSchema;
  readonly example: unknown;
  /** Says what is wrong, better than the schema could, and what it could not find. */
  readonly problems?: (body: unknown) => readonly string[];
  /** Nothing of it may be told in what is wrong with it. Default false. */
  readonly hasSecrets?: boolean;
  /** Which failure it is; default `bad_request`. */
  readonly code?: ErrorCode;
  /** Which failure it is when the body is no JSON; default `bad_request`. */
  readonly unreadableCode?: ErrorCode;
}

/** What an operation reads, and how it is described. */
export type BodyKind =
  | JsonBody
  /** One of a few words; each with what it means. */
  | { readonly kind: 'text'; readonly words: Readonly<Record<string, string>>; readonly example: string }
  | { readonly kind: 'bytes' };

/** A parameter behind the `?`: any text, one of some words, or a whole number from 0. */
export interface QueryParameter {
  readonly description: string;
  readonly schema: JsonSchema & { readonly type: 'string' | 'integer'; readonly enum?: readonly string[] };
}

/** One method of one path: what it does, and all that its description needs. */
export interface Operation {
  /** Unique, for generated clients. */
  readonly id: string;
  readonly summary: string;
  /** What whoever asks has to be allowed, where keys are asked for. */
  readonly need: OperationNeed;
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly body?: BodyKind;
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly type?: string;
    readonly schema?: JsonSchema;
    readonly example?: unknown;
    /** Other types that it may have, as they are asked for. */
    readonly also?: Readonly<Record<string, { readonly schema?: JsonSchema; readonly example?: unknown }>>;
  };
  /** Besides `bad_request`, which whatever reads something can answer. */
  readonly errors?: readonly ErrorCode[];
  /** Its failures have the form of the original's framework: a status for a word. Default false. */
  readonly hasOldErrors?: boolean;
  /** Asked again and again, it may be answered with the same text for a moment. Default false. */
  readonly isRepeatable?: boolean;
  answer(call: Call): Promise<Answer>;
}

/** The methods of a path. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Operation>>>;

/** All paths of an API; parts that have a name are written `:name`. */
export type Paths = Readonly<Record<string, Methods>>;

/**
 * Every answer says in this header which was the last event before it: before it began to be made, so that whoever
 * follows the events behind it misses none; where something was changed, before it was sent.
 */
export const SEQ_HEADER = 'x-gaffer-seq';

/** Feeds of events and logs say in this header which run of the node the numbers are of. */
export const RUN_HEADER = 'x-gaffer-run';

/** A stream says in this header how many bytes of it came before its first. */
export const OFFSET_HEADER = 'x-gaffer-offset';

/** What changes something and has nothing to tell answers this. */
export const OK = { ok: true };

/** A parameter that is `true` or `false`. */
export function flag(description: string): QueryParameter {
  return { description, schema: { type: 'string', enum: ['true', 'false'] } };
}

/** A parameter that is a whole number from 0. */
export function count(description: string): QueryParameter {
  return { description, schema: { type: 'integer', minimum: 0 } };
}

/** A parameter that is one of some words. */
export function oneOf(words: readonly string[], description: string): QueryParameter {
  return { description, schema: { type: 'string', enum: words } };
}

/** A parameter that is any text. */
export function word(description: string): QueryParameter {
  return { description, schema: { type: 'string' } };
}

/** Asks to be answered when everything that was begun is over, and not when it has begun. */
export const WAIT = { wait: flag('`true`: answer when the processes that have to end are gone') } as const;

/**
 * Answers for work that takes its time: when it is over if the caller waits for it, else as soon as it has begun and has
 * not failed at once.
 */
export async function begun(call: Call, work: Promise<void>, status = 202): Promise<Answer> {
  if (call.query['wait'] === 'true') {
    await work;
  } else {
    await hasBegun(work, (error) => call.failedLater(error));
  }
  return { status, json: OK };
}

/** Resolves when work has begun and has not failed at once. @param failedLater is told when it fails afterwards */
export async function hasBegun(work: Promise<void>, failedLater: (error: unknown) => void): Promise<void> {
  await Promise.race([work, new Promise((resolve) => setImmediate(resolve))]);
  work.catch(failedLater);
}
