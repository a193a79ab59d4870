import type { FoundProcess, HostedProcess } from './host.ts';
import type { InstanceIdentity, InstanceNote, InstanceState } from './instance-note.ts';
import type { InstancePhase } from './instance-phase.ts';
import { RUN_MARK } from './launch.ts';
import { isGroupMarked } from './process-table.ts';

/** What a process has been through with a predecessor of the supervisor. */
export interface InstancePast extends Pick<InstanceNote, 'launch' | 'startedAtMs' | 'startedWallMs'>, Pick<HostedProcess, 'streams'> {
  /** As it was told last. */
  readonly state: InstanceState | undefined;
  readonly phase: InstancePhase;
  readonly endedAtMs: number | undefined;
}

/** Makes out what a process is that was found, and what has become of it. @param runId whose mark it carries */
export function pastOf(
  { id, note, state, process, exit }: FoundProcess,
  runId: string,
): { readonly identity: InstanceIdentity; readonly past: InstancePast } {
  const { launch, startedAtMs, startedWallMs, ...identity } = note as InstanceNote;
  const { osPid = 0, streams } = process;
  return {
    identity: { ...identity, pid: id },
    past: {
      ...{ launch, startedAtMs, startedWallMs, streams, state: state as InstanceState | undefined, endedAtMs: exit?.atMs },
      phase: exit === undefined ? { kind: 'running', osPid } : whatIsLeft(osPid, runId),
    },
  };
}

/** Others of its group may go on, unless the group's number is somebody else's by now. */
function whatIsLeft(osPid: number, runId: string): InstancePhase {
  return isGroupMarked(osPid, `${RUN_MARK}=${runId}`) ? { kind: 'exited', osPid, end: undefined } : { kind: 'gone', osPid };
}
