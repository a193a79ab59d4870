import type { GafferEvent } from '../job/event.ts';
import type { GafferNode, Unsubscribe } from '../job/node.ts';

export type { GafferEvent } from '../job/event.ts';
export type { GafferNode, Unsubscribe } from '../job/node.ts';

/**
 * A plugin of gafferd: the default export of its main module.
 *
 * @example
 * import type { Plugin } from 'gaffer/plugin';
 *
 * export default {
 *   name: 'exits',
 *   app: () => ({
 *     async start(node, context) {
 *       let exits = 0;
 *       await context.onEvent('exit', () => { exits += 1; });
 *       context.route('GET', '/count', { need: 'read all' }, () => Response.json({ exits }));
 *     },
 *   }),
 * } satisfies Plugin;
 */
export interface Plugin {
  /** The name of its folder, which is also what it is called in paths. Default: that. */
  readonly name?: string;
  /** Default: that of its package.json. */
  readonly version?: string;
  /** One line. Default: that of its package.json. */
  readonly description?: string;
  /** Names of plugins that have to be there, and are started before. Default: `gaffer.mandatory` of its package.json. */
  readonly mandatory?: readonly string[];
  /** Makes the application; a plugin that is only a site has none. */
  app?(config: PluginConfig): PluginApplication | undefined | Promise<PluginApplication | undefined>;
}

/** What runs beside the node: each plugin's in a thread of its own. */
export interface PluginApplication {
  /**
   * Begins. The jobs of the configuration are loaded behind it, so that it sees their events.
   * @param node is asked without a key: what a request may do, the `node` of the request knows
   */
  start?(node: GafferNode, context: PluginContext): void | Promise<void>;
  /** Ends; takes 5 seconds at most. Then the thread is ended with all that is in it. */
  stop?(): void | Promise<void>;
  /** The node has read its configuration anew, and this plugin's files and section are as they were. Default: nothing is done. */
  restart?(): void | Promise<void>;
}

/** What a plugin is told of where it runs. */
export interface PluginConfig {
  /** Its name. */
  readonly name: string;
  /** Its folder. */
  readonly folder: string;
  /** `[plugin:NAME]` of gafferd's ini; keys are in lower case, values texts. Empty where there is none. */
  readonly section: Readonly<Record<string, string>>;
  /** gafferd's version. */
  readonly version: string;
  /** The folder of gafferd's configuration. */
  readonly configDir: string;
  /** Where the node answers, as clients name it. */
  readonly addresses: readonly string[];
}

/** What a plugin does its work with. */
export interface PluginContext {
  readonly config: PluginConfig;
  /** gafferd's log; each line begins with the plugin's name. What it writes with `console` goes there too. */
  readonly log: PluginLog;
  /** Aborted when the plugin is to end. */
  readonly signal: AbortSignal;
  /**
   * Calls back with each event whose name is one or lies below it: `exit`, `job.shop` for all of that session, `.` for everything.
   * What a listener throws is logged. Resolves when events are heard; none is missed, or it is logged how many were.
   */
  onEvent(pattern: string, listener: (event: GafferEvent) => void | Promise<void>): Promise<Unsubscribe>;
  /**
   * Answers requests for `/_plugin/NAME` + path. It can be told again: the last one counts.
   * @param path begins with `/`; `:word` stands for one part of a path, a `*` at the end for all the rest
   * @throws Error where the method, the path or the need is none
   */
  route(method: RouteMethod, path: string, options: RouteOptions, handler: RouteHandler): void;
}

/** Writes lines into gafferd's log. */
export interface PluginLog {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** `GET` answers HEAD as well. */
export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * What whoever asks has to be allowed, where the node asks for keys: nothing (`public`), any key (`key`), or a right on
 * everything, or on the session, job or process that `:session`, `:session/:job` or `:pid` in the path name.
 */
export type RouteNeed = 'public' | 'key' | 'admin' | `${'read' | 'write' | 'manage'} ${'all' | 'session' | 'job' | 'process'}`;

/** What is to be known of a route before it is asked. */
export interface RouteOptions {
  /** Default `manage all`. */
  readonly need?: RouteNeed;
}

/**
 * Answers a request. What a node has refused and it does not catch, is answered as the node would (404 where there is no such job);
 * what else it throws is logged, and answered with 500. Its answer has to begin within 30 seconds.
 */
export type RouteHandler = (request: Request, call: RouteCall) => Response | Promise<Response>;

/** A request, beside what `Request` tells. The key that it was sent with is not told: `authorization` and `x-api-key` are taken out. */
export interface RouteCall {
  /** What stands in the path for its words; `*` is the rest. */
  readonly params: Readonly<Record<string, string>>;
  /** The node, as the sender's key allows it: everything else rejects with `forbidden`. It is closed when the answer is over. */
  readonly node: GafferNode;
  /** The id of the sender's key; undefined where no key is asked for. */
  readonly keyId: string | undefined;
  /** The address that the request comes from; undefined for a unix socket. */
  readonly from: string | undefined;
}
