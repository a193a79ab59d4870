import { needOf } from '../../access/need-word.ts';
import type { Need, Right } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import { type JobName, parseJobName } from '../../job/name.ts';
import type { GafferNode } from '../../job/node.ts';
import { jobsOfOldName } from '../../protocol/old-name.ts';
import type { Call, CallNeed } from '../operation.ts';

/** Whom a path of 0.4 is about: a template, which is a job now, or one process by gaffer's own number of it. */
export type OldTarget = { readonly kind: 'job'; readonly job: JobName } | { readonly kind: 'process'; readonly pid: number };

/** The name in a path. */
export function oldNameOf({ params }: Call): string {
  return params['name'] ?? '';
}

/** Whom `/processes/NAME` means: a number always is a process, so that none is taken for a job of that name when it has ended. @throws GafferError `job_not_found` */
export async function findOldTarget(call: Call): Promise<OldTarget> {
  const pid = pidIn(oldNameOf(call));
  return pid === undefined ? { kind: 'job', job: await findOldJob(call.node, oldNameOf(call)) } : { kind: 'process', pid };
}

/** The template that a path means; a process has none of its own. @throws GafferError `job_not_found`, `invalid_operand` */
export async function findTemplate(call: Call): Promise<JobName> {
  const target = await findOldTarget(call);
  if (target.kind === 'process') {
    const { pid } = target;
    throw new GafferError('invalid_operand', `expected a template's name, got process ${pid}; a template of that name is "default:${pid}"`);
  }
  return target.job;
}

function pidIn(name: string): number | undefined {
  return /^\d{1,15}$/.test(name) ? Number(name) : undefined;
}

/** The job that has a name of 0.4. @throws GafferError `job_not_found` */
export async function findOldJob(node: GafferNode, text: string): Promise<JobName> {
  for (const name of jobsOfOldName(text)) {
    try {
      await node.jobInfo(name);
      return name;
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }
  throw new GafferError('job_not_found', `no job "${text}" is loaded`);
}

/** A right to the job whose name is in the path. */
export function needOfNamed(right: Right): CallNeed {
  return { words: `${right} job`, of: (call) => needOfName(right, call) };
}

/** The same where the name can be a process. */
export function needOfTarget(right: Right): CallNeed {
  return {
    words: `${right} job`,
    of: async (call) => {
      const pid = pidIn(oldNameOf(call));
      return pid === undefined ? await needOfName(right, call) : await needOf(`${right} process`, targetsOf(call.node, pid));
    },
  };
}

/** That there is no such job learns only who could read it. */
async function needOfName(right: Right, call: Call): Promise<Need> {
  const name = oldNameOf(call);
  const needFor = (job: JobName): Need => ({ kind: 'right', right, target: { kind: 'job', job } });
  try {
    return needFor(await findOldJob(call.node, name));
  } catch (error) {
    const needs = jobsOfOldName(name).map(needFor);
    const need = needs.find((one) => call.caller.may(one)) ?? needs[0];
    if (need === undefined || !isMissing(error)) {
      throw error;
    }
    return need;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof GafferError && error.code === 'job_not_found';
}

function targetsOf(node: GafferNode, pid: number): Parameters<typeof needOf>[1] {
  const none = (): never => {
    throw new GafferError('bad_request', 'expected a process');
  };
  return { session: none, job: none, jobOfProcess: async () => parseJobName((await node.processInfo(pid)).name) };
}
