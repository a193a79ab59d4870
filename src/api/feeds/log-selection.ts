import type { Need, Target } from '../../access/permissions.ts';
import type { LogSelection } from '../../job/log.ts';
import { parseJobName } from '../../job/name.ts';
import type { Call } from '../operation.ts';

/** Which session, or which job, a request asks about. */
export function scopeOf({ query: { session, job } }: Call): Pick<LogSelection, 'session' | 'job'> {
  return { session, job: job === undefined ? undefined : parseJobName(job) };
}

/** Whose output and events a request asks for. */
export function selectionOf(call: Call): LogSelection {
  const { pid, stream: label } = call.query;
  return { ...scopeOf(call), pid: pid === undefined ? undefined : Number(pid), label };
}

/** What it needs to read of somebody: of the narrowest that is named. */
export async function needToRead({ node }: Call, { session, job, pid }: LogSelection): Promise<Need> {
  const one = pid === undefined ? job : parseJobName((await node.processInfo(pid)).name);
  const target: Target =
    one !== undefined
      ? { kind: 'job', job: one, isUnnamed: pid !== undefined }
      : session !== undefined
        ? { kind: 'session', session }
        : { kind: 'all' };
  return { kind: 'right', right: 'read', target };
}
