import type { JobName } from '../job/name.ts';
import { pathPart } from './path-part.ts';

/** Where something of a session is: behind `/jobs` or `/sessions`. */
export function sessionPath(prefix: string, session: string): string {
  return `${prefix}/${pathPart(session)}`;
}

/** Where a job is. */
export function jobPath({ session, job }: JobName): string {
  return `${sessionPath('/jobs', session)}/${pathPart(job)}`;
}
