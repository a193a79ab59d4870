import type { Clock } from './clock.ts';
import type { Host } from './host.ts';
import type { Keeping } from './keeping.ts';

/** What an instance needs of its supervisor. */
export interface InstanceRig {
  readonly host: Host;
  readonly clock: Clock;
  readonly keeping: Keeping;
  readonly runId: string;
  readonly osEnv: Readonly<Record<string, string>>;
}
