/**
 * gaffer as a library: a supervisor for this process, and the pure parts around it.
 *
 * @example
 * const supervisor = new Supervisor();
 * supervisor.onOutput(({ jobName, stream }) => stream.onData((chunk) => process.stdout.write(`${jobName}: ${chunk}`)));
 * await supervisor.load('shop', { name: 'web', cmd: 'node server.js', os_env: true, redirect_output: ['out', 'err'] });
 * await supervisor.stopAll();
 * supervisor.close();
 */
export type { KeyInfo, UserInfo } from './access/accounts.ts';
export type { Permissions } from './access/permissions.ts';
export { type MadeKey, RemoteAccounts, type RemoteKeyRequest, type RemoteUserRequest } from './client/accounts.ts';
export { type NodeVersion, RemoteNode, type RemoteNodeOptions } from './client/remote-node.ts';
export { type ErrorCode, GafferError } from './errors.ts';
export { type Finding, formatFinding } from './finding.ts';
export {
  type ChannelHandle,
  type ConfigProblem,
  checkJobConfig,
  type FlappingConfig,
  type JobConfig,
  type OnExit,
  parseJobConfig,
} from './job/config.ts';
export type { GafferEvent, GafferEventBody, ProcessRef } from './job/event.ts';
export { describeExit, endedWell, type ProcessExit, shellExitCode } from './job/exit.ts';
export type { JobInfo, JobOverview, JobState, ProcessInfo, ProcessOverview } from './job/info.ts';
export type { LogEntry, LogSelection, OutputEntry } from './job/log.ts';
export { formatJobName, type JobName, parseJobName } from './job/name.ts';
export type { CommitOptions, GafferNode, OutputStart, ProcessStream, StopProcessOptions, Unsubscribe } from './job/node.ts';
export { parseScaleOperand, type ScaleOperand } from './job/scale.ts';
export { parseSignal, type SignalName } from './job/signal.ts';
export type { JobProcessStats, JobStats, ProcessStats } from './job/stats.ts';
export { type EnvFile, parseEnvFile } from './procfile/env.ts';
export { type ExpandOptions, expandProcfile } from './procfile/expand.ts';
export { type Procfile, type ProcfileEntry, parseProcfile } from './procfile/procfile.ts';
export { subscribe, type TopicMessage } from './supervisor/subscribe.ts';
export { Supervisor } from './supervisor/supervisor.ts';
export type { StopAllOptions, SupervisorOptions } from './supervisor/supervisor-options.ts';
