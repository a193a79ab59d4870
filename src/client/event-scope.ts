import type { LogSelection } from '../job/log.ts';

/** Whose events are meant. */
export type EventScope = Pick<LogSelection, 'session' | 'job'>;

/** How events are followed. */
export interface EventFollowing extends EventScope {
  /** How often the node shows that it is there when nothing happens; one that is silent for twice as long is taken for lost. */
  readonly heartbeatMs?: number | undefined;
}
