import type { ErrorCode } from '../errors.ts';
import type { PluginConfig, RouteMethod, RouteNeed } from './plugin.ts';

/** What the thread of a plugin is started with. */
export interface ThreadData {
  /** The plugin's main module, as a `file:` URL. */
  readonly module: string;
  readonly config: PluginConfig;
  /** Where the plugin asks the node. */
  readonly endpoint: string;
  /** What it shows there. */
  readonly secret: string;
  /** What {@link LogWindow} counts in. */
  readonly logged: SharedArrayBuffer;
}

/** A plugin as its module describes it. */
export interface PluginAttributes {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly mandatory: readonly string[] | undefined;
}

/** What the thread is asked to do, one after the other; each is answered by `done` or `failed`. */
export type Deed = 'load' | 'start' | 'stop' | 'restart';

/** A request for a route, as it is passed on. */
export interface RouteRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly keyId: string | undefined;
  readonly from: string | undefined;
  /** What its handler's node is asked with: allows what the sender's key does. */
  readonly secret: string;
}

/** What a thread is told. */
export type ToThread =
  | { readonly kind: 'do'; readonly deed: Deed }
  | { readonly kind: 'request'; readonly id: number; readonly route: string; readonly request: RouteRequest }
  /** More of the answer is wanted. */
  | { readonly kind: 'more'; readonly id: number }
  /** Nobody waits for the answer any more. */
  | { readonly kind: 'gone'; readonly id: number };

/** What a thread tells. */
export type FromThread =
  | { readonly kind: 'done'; readonly deed: Deed; readonly attributes?: PluginAttributes }
  | { readonly kind: 'failed'; readonly deed: Deed; readonly error: string }
  | { readonly kind: 'log'; readonly level: PluginLogLevel; readonly message: string }
  | { readonly kind: 'route'; readonly method: RouteMethod; readonly path: string; readonly need: RouteNeed }
  | { readonly kind: 'head'; readonly id: number; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  /** The handler has failed, or what it answers broke off. */
  | { readonly kind: 'broken'; readonly id: number; readonly refused?: Refusal };

/** What the node has refused its handler, and is answered as the node itself would. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How much a line in the log matters. */
export type PluginLogLevel = 'debug' | 'info' | 'warning' | 'error';
