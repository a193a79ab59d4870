import { GafferError } from '../errors.ts';
import { APP_NAME, type JobName } from '../job/name.ts';
import type { Call } from './operation.ts';

/** The session that a path names. */
export function sessionOf({ params }: Call): string {
  return params['session'] ?? '';
}

/** The session that a job is to be loaded into. @throws GafferError `bad_request` for a name that no session can have */
export function newSessionOf(call: Call): string {
  const session = sessionOf(call);
  if (!APP_NAME.test(session)) {
    throw new GafferError('bad_request', `expected a session name of letters, digits, "_", "+" and "-", got "${session}"`);
  }
  return session;
}

/** The job that a path names. */
export function jobOf(call: Call): JobName {
  return { session: sessionOf(call), job: call.params['job'] ?? '' };
}

/** The process that a path names. */
export function pidOf({ params }: Call): number {
  return Number(params['pid']);
}

/** A number from behind the `?`. @throws GafferError `bad_request` */
export function countOf(call: Call, name: string, byDefault: number): number {
  const text = call.query[name];
  if (text === undefined) {
    return byDefault;
  }
  if (!/^\d{1,9}$/.test(text)) {
    throw new GafferError('bad_request', `${name}: expected a whole number from 0, got "${text}"`);
  }
  return Number(text);
}
