/** How long plugins may take, and how much memory they get. */
export interface PluginLimits {
  /** To be loaded. */
  readonly loadMs: number;
  /** To start. */
  readonly startMs: number;
  /** To end, or to take note of another configuration. */
  readonly stopMs: number;
  /** To begin an answer. */
  readonly answerMs: number;
  /** How long the node waits for plugins that take their time to start. */
  readonly patienceMs: number;
  /** More memory than this a plugin does not get: it is ended then, and not gafferd. */
  readonly heapMb: number;
}

/** The limits that plugins are told of. */
export const PLUGIN_LIMITS: PluginLimits = { loadMs: 10_000, startMs: 30_000, stopMs: 5_000, answerMs: 30_000, patienceMs: 5_000, heapMb: 512 };
