import type { ProcessInfo, ProcessOverview } from '../job/info.ts';
import type { ProcessStats } from '../job/stats.ts';
import type { Instance } from './instance.ts';

/** What an overview tells about a process, without what it uses. */
export function glanceAt(instance: Instance): Omit<ProcessOverview, keyof ProcessStats> {
  return {
    pid: instance.pid,
    os_pid: instance.osPid,
    slot: instance.slot,
    create_time: instance.startedWallMs / 1000,
    restarts: instance.identity.restarts,
    commited: instance.committed,
    stopping: instance.state !== 'up',
    ...(instance.wasAdopted && { adopted: true }),
  };
}

/** What is told about a process. */
export function infoOf(instance: Instance): ProcessInfo {
  const { settings, jobName, restarts } = instance.identity;
  const { launch } = instance;
  return {
    pid: instance.pid,
    name: jobName,
    cmd: launch?.cmd ?? settings.words[0] ?? '',
    args: launch?.cmdArgs ?? [],
    env: { ...launch?.env },
    uid: launch?.identity?.uid ?? null,
    gid: launch?.identity?.gid ?? null,
    os_pid: instance.osPid,
    create_time: instance.startedWallMs / 1000,
    commited: instance.committed,
    redirect_output: settings.outputs,
    redirect_input: settings.input,
    custom_streams: settings.customStreams,
    active: instance.kind === 'running' || instance.kind === 'ending',
    slot: instance.slot,
    restarts,
    ...(instance.wasAdopted && { adopted: true }),
  };
}
