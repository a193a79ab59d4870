import { GafferError } from '../errors.ts';

/** Session of a job whose name does not tell one. */
export const DEFAULT_SESSION = 'default';

/** A job's place on a node. */
export interface JobName {
  readonly session: string;
  readonly job: string;
}

/**
 * Reads a full job name: split at the first `.`, without one at the first `/`, else in session `default`.
 * @throws GafferError `bad_usage` when the session or the job is empty
 */
export function parseJobName(text: string): JobName {
  const dot = text.indexOf('.');
  const at = dot === -1 ? text.indexOf('/') : dot;
  const name = at === -1 ? { session: DEFAULT_SESSION, job: text } : { session: text.slice(0, at), job: text.slice(at + 1) };
  if (name.session === '' || name.job === '') {
    throw new GafferError('bad_usage', `expected a job name like "web" or "shop.web", got "${text}"`);
  }
  return name;
}

/** The full name, as events and statistics carry it. */
export function formatJobName(name: JobName): string {
  return `${name.session}.${name.job}`;
}

/** Rules for an application's name as the command line and the API take it. */
export const APP_NAME = /^[A-Za-z0-9][A-Za-z0-9_+-]*$/;

/** Takes a text for a session's name. @throws GafferError `invalid_config`: a full name could not be read back */
export function expectSession(text: string): string {
  if (!APP_NAME.test(text)) {
    throw new GafferError('invalid_config', `expected a session name of letters, digits, "_", "+" and "-", got "${text}"`);
  }
  return text;
}

/** An application's name made from its folder's: lower case, `-` for what a name can't have. */
export function appNameFromFolder(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9_+-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '');
  return name === '' ? DEFAULT_SESSION : name;
}
