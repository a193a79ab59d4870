import type { LookupRefusal } from '../../protocol/lookup-message.ts';

/** Reads what a lookupd answers: `none` for what is no answer of one. */
export function readAnswer(text: string): { readonly ok: true; readonly msgid: string | null } | LookupRefusal | 'none' {
  const value = parsed(text);
  if (value === undefined) {
    return 'none';
  }
  const { ok, errno, reason, message, msgid: id } = value;
  const msgid = typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  if (typeof errno === 'number') {
    return {
      errno,
      reason: typeof reason === 'string' ? reason : '',
      msgid,
      ...(typeof message === 'string' && { message }),
    };
  }
  return ok === true ? { ok, msgid } : 'none';
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
