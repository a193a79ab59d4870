import type { GafferError } from '../../errors.ts';

/** Failures that no node has told. */
const OWN: readonly GafferError['code'][] = ['command_not_found', 'procfile_missing', 'env_file_missing', 'already_running'];

/** What stands before the line that explains a failure: what is not there, or is in the way, was told as JSON by 0.4. */
export function prelude(error: GafferError): string {
  const { status, word, code } = error;
  return [404, 409].includes(status) && !OWN.includes(code) ? `${JSON.stringify({ error: word, errno: status })}\n` : '';
}
