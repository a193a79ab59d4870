import { GafferError } from '../errors.ts';
import { APP_NAME, type JobName } from '../job/name.ts';
import type { Call, Operation } from './operation.ts';

/** The session that a path names. */
export function sessionOf({ params }: Call): string {
  return params['session'] ?? '';
}

/** The session that a job is to be loaded into. @throws GafferError `bad_request` for a name that no session can have */
export function newSessionOf(call: Call): string {
  return expectSessionName(sessionOf(call));
}

/** A session's name that a job is to be loaded into. @throws GafferError `bad_request` */
export function expectSessionName(session: string): string {
  if (!APP_NAME.test(session)) {
    throw new GafferError('bad_request', `expected a session name of letters, digits, "_", "+" and "-", got "${session}"`);
  }
  return session;
}

/** The job that a path names. @throws GafferError `job_not_found` where it would be another one's full name: no session has a dot */
export function jobOf(call: Call): JobName {
  const name = { session: sessionOf(call), job: call.params['job'] ?? '' };
  if (name.session.includes('.')) {
    throw new GafferError('job_not_found', `no job "${name.job}" of a session "${name.session}" is loaded`);
  }
  return name;
}

/** The process that a path names. */
export function pidOf({ params }: Call): number {
  return Number(params['pid']);
}

/** What is behind the `?`; of a name that comes more than once the last. @throws GafferError `bad_request` where it is not as described */
export function queryOf({ query = {} }: Operation, given: Readonly<Record<string, string | readonly string[]>>): Record<string, string> {
  const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]));
  for (const [name, { schema }] of Object.entries(query)) {
    const text = texts[name];
    if (text !== undefined && schema.enum !== undefined && !schema.enum.includes(text)) {
      throw new GafferError('bad_request', `${name}: expected ${schema.enum.join(' or ')}, got "${text}"`);
    }
    if (text !== undefined && schema.type === 'integer' && !/^\d{1,16}$/.test(text)) {
      throw new GafferError('bad_request', `${name}: expected a whole number from 0, got "${text}"`);
    }
  }
  return texts;
}

/** A number from behind the `?`. */
export function countOf({ query }: Call, name: string, byDefault: number): number {
  return Number(query[name] ?? byDefault);
}
