import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import type { GafferNode } from '../job/node.ts';
import type { JsonSchema } from '../job/settings.ts';

/** A request, as far as an operation needs to know it. */
export interface Call {
  readonly node: GafferNode;
  /** The parts of the path that have a name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** What {@link Operation.body} says. */
  readonly body: unknown;
  /** Takes note of work that fails after it was answered. */
  failedLater(error: unknown): void;
}

/** What an operation answers. */
export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  /** Goes on until one of both sides ends it. */
  | { readonly type: string; readonly feed: (out: ServerResponse) => void };

/** What an operation reads, and how it is described. */
export type BodyKind =
  | { readonly kind: 'json'; readonly schema: JsonSchema; readonly example: unknown }
  | { readonly kind: 'text'; readonly schema: JsonSchema; readonly example: string }
  | { readonly kind: 'bytes' };

/** One method of one path: what it does, and all that its description needs. */
export interface Operation {
  /** Unique, for generated clients. */
  readonly id: string;
  readonly summary: string;
  /** Parameters behind the `?`. */
  readonly query?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly body?: BodyKind;
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly type?: string;
    readonly schema?: JsonSchema;
    readonly example?: unknown;
  };
  readonly errors?: readonly ErrorCode[];
  answer(call: Call): Promise<Answer>;
}

/** The methods of a path. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Operation>>>;

/** All paths of an API; parts that have a name are written `:name`. */
export type Paths = Readonly<Record<string, Methods>>;

/** What changes something and has nothing to tell answers this. */
export const OK = { ok: true };

/** Asks to be answered when everything that was begun is over, and not when it has begun. */
export const WAIT = {
  wait: { description: '`true`: answer when the processes that have to end are gone', schema: { type: 'string', enum: ['true', 'false'] } },
} as const;

/**
 * Answers for work that takes its time: when it is over if the caller waits for it, else as soon as it has begun and has
 * not failed at once.
 */
export async function begun(call: Call, work: Promise<void>, status = 202): Promise<Answer> {
  if (call.query['wait'] === 'true') {
    await work;
  } else {
    await Promise.race([work, new Promise((resolve) => setImmediate(resolve))]);
    work.catch((error: unknown) => call.failedLater(error));
  }
  return { status, json: OK };
}
