import { GafferError } from '../../errors.ts';
import { DEFAULT_SESSION, formatJobName, type JobName, parseJobName } from '../../job/name.ts';
import type { GafferNode } from '../../job/node.ts';
import type { Members } from '../../protocol/channel-message.ts';
import type { BodyValidator } from '../validate.ts';

/** A command, and what it needs to be carried out. */
export interface CommandCall {
  readonly node: GafferNode;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Members;
  readonly bodies: BodyValidator;
  /** Takes note of work that fails after it was answered. */
  failedLater(error: unknown): void;
}

/** An argument; null is none. @param what it is, for people */
export function argument({ name, args }: CommandCall, index: number, what: string): unknown {
  const value = args[index];
  if (value === undefined || value === null) {
    throw new GafferError('bad_request', `${name}: expected ${what} as ${index === 0 ? 'its argument' : `argument ${index + 1}`}, got none`);
  }
  return value;
}

/** An argument that may be left out; it may come by its name too. */
export function optional({ args, kwargs }: CommandCall, index: number, name: string): unknown {
  return args[index] ?? kwargs[name] ?? undefined;
}

/** The same, where only a text will do. @throws GafferError `bad_request` */
export function optionalText(call: CommandCall, index: number, name: string): string | undefined {
  const value = optional(call, index, name);
  if (value !== undefined && typeof value !== 'string') {
    throw new GafferError('bad_request', `${call.name}: expected a text as ${name}, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** The job that the first argument names, in full. @throws GafferError `bad_request` */
export function jobArgument(call: CommandCall): JobName {
  return parseJobName(jobText(call));
}

/** The name of a job in the first argument, as it is. @throws GafferError `bad_request` */
export function jobText(call: CommandCall): string {
  const value = argument(call, 0, 'the name of a job');
  if (typeof value !== 'string') {
    throw new GafferError('bad_request', `${call.name}: expected the name of a job, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** The job of a session that the first argument names by its bare name, or in full where there is no such one. */
export async function jobOfSession(call: CommandCall): Promise<JobName> {
  const job = jobText(call);
  const name = { session: sessionArgument(call), job };
  if (call.kwargs['sessionid'] !== undefined || !job.includes('.')) {
    return name;
  }
  const jobs = await call.node.jobs();
  return jobs.some((one) => formatJobName(one) === formatJobName(name) && one.job === job) ? name : parseJobName(job);
}

/** The session of `sessionid`. */
export function sessionArgument({ name, kwargs }: CommandCall): string {
  const session = kwargs['sessionid'] ?? DEFAULT_SESSION;
  if (typeof session !== 'string') {
    throw new GafferError('bad_request', `${name}: expected a session's name as sessionid, got ${JSON.stringify(session)}`);
  }
  return session;
}

/** The process that the first argument names. @throws GafferError `bad_request` */
export function pidArgument(call: CommandCall): number {
  const value = argument(call, 0, 'the pid of a process');
  const pid = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid)) {
    throw new GafferError('bad_request', `${call.name}: expected the pid of a process, got ${JSON.stringify(value)}`);
  }
  return pid;
}
