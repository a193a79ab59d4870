import { GafferError } from '../../errors.ts';
import { DEFAULT_SESSION, type JobName, parseJobName } from '../../job/name.ts';
import type { GafferNode } from '../../job/node.ts';
import type { Members } from '../../protocol/channel-message.ts';
import type { Caller } from '../access/caller.ts';
import type { BodyValidator } from '../validate.ts';
import type { SendFlow } from './send-flow.ts';

/** A command, and what it needs to be carried out. */
export interface CommandCall {
  readonly node: GafferNode;
  /** Who gives it. */
  readonly caller: Caller;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Members;
  readonly bodies: BodyValidator;
  readonly sends: SendFlow;
  /** Takes note of work that fails after it was answered. */
  failedLater(error: unknown): void;
}

/** An argument of a command: its place in `args`, and its name in `kwargs`. */
export type Argument = readonly [index: number, name: string];

const NAME: Argument = [0, 'name'];
const PID: Argument = [0, 'pid'];

/** An argument that may be left out; null is none. */
export function optional({ args, kwargs }: CommandCall, [index, name]: Argument): unknown {
  return args[index] ?? kwargs[name] ?? undefined;
}

/** An argument. @param what it is, for people @throws GafferError `bad_request` when there is none */
export function required(call: CommandCall, argument: Argument, what: string): unknown {
  const value = optional(call, argument);
  if (value === undefined) {
    const [index, name] = argument;
    throw new GafferError('bad_request', `${call.name}: expected ${what} as argument ${index + 1} or as "${name}", got none`);
  }
  return value;
}

/** An argument that may be left out, where only a text will do. @throws GafferError `bad_request` */
export function optionalText(call: CommandCall, argument: Argument): string | undefined {
  const value = optional(call, argument);
  if (value !== undefined && typeof value !== 'string') {
    throw new GafferError('bad_request', `${call.name}: expected a text as "${argument[1]}", got ${shown(value)}`);
  }
  return value;
}

/** The job that is named in full, or by its bare name with the session beside it. @throws GafferError `bad_request` */
export function jobOf(call: CommandCall): JobName {
  const text = jobText(call);
  return call.kwargs['sessionid'] === undefined ? parseJobName(text) : { session: sessionOf(call), job: text };
}

/** The same where a bare name is meant, in which there may be a dot; only where there is no such job it is a full name. @throws GafferError `bad_request` */
export async function jobOfSession(call: CommandCall): Promise<JobName> {
  const name = { session: sessionOf(call), job: jobText(call) };
  if (!name.job.includes('.')) {
    return name;
  }
  const jobs = await call.node.jobs();
  return jobs.some(({ session, job }) => session === name.session && job === name.job) ? name : parseJobName(name.job);
}

/** Whether a job is named at all. */
export function namesJob(call: CommandCall): boolean {
  return optional(call, NAME) !== undefined;
}

/** The name of a job, as it was given. @throws GafferError `bad_request` */
export function jobText(call: CommandCall): string {
  const value = required(call, NAME, 'the name of a job');
  if (typeof value !== 'string') {
    throw new GafferError('bad_request', `${call.name}: expected the name of a job, got ${shown(value)}`);
  }
  return value;
}

/** The session of `sessionid`. @throws GafferError `bad_request` */
export function sessionOf({ name, kwargs }: CommandCall): string {
  const session = kwargs['sessionid'] ?? DEFAULT_SESSION;
  if (typeof session !== 'string') {
    throw new GafferError('bad_request', `${name}: expected a session's name as "sessionid", got ${shown(session)}`);
  }
  return session;
}

/** The process that is named. @throws GafferError `bad_request` */
export function pidOf(call: CommandCall): number {
  const value = required(call, PID, 'the pid of a process');
  const pid = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid)) {
    throw new GafferError('bad_request', `${call.name}: expected the pid of a process, got ${shown(value)}`);
  }
  return pid;
}

/** A value of a client, as it is shown to it. */
export function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
