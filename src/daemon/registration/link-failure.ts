import { GafferError, messageOf, systemCode } from '../../errors.ts';
import { harmlessLine } from '../../finding.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'there is no host of that name, or nobody to ask for it',
  ETIMEDOUT: "that machine can't be reached",
  EHOSTUNREACH: "that machine can't be reached",
  ENETUNREACH: "that machine can't be reached",
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EACCES: 'this user may not connect there',
  CERT_HAS_EXPIRED: 'its certificate has run out',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for other names',
};

/** Codes of a certificate that nobody known here has signed. */
const UNTRUSTED: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** Why there is no connection, as the end of a sentence. */
export function reasonOfError(error: unknown): string {
  if (error instanceof GafferError) {
    return error.message; // a file of its own can't be read
  }
  const code = systemCode(error) ?? '';
  if (UNTRUSTED.includes(code)) {
    return 'its certificate is not trusted here; name its authority with --cacert, or cacert in [lookup_ssl]';
  }
  const message = messageOf(error);
  if (/wrong version number|packet length too long/.test(message)) {
    return 'it does not speak TLS; try http://';
  }
  if (/certificate required|alert number 116/.test(message)) {
    return 'it asks for a certificate; name one with --client-certfile and --client-keyfile';
  }
  return REASONS[code] ?? (message === '' ? code : quoteSaid(message));
}

/** Why a server does not make a WebSocket of a request. @param body the beginning of what it says of that */
export function reasonOfStatus(status: number, body: string): string {
  const said = saidIn(body);
  const words = said === undefined ? '' : ` (${quoteSaid(said)})`;
  switch (status) {
    case 401:
      return `it asks for a key; name a file with it with key_file in [lookup]${words}`;
    case 403:
      return `it does not let this node in${words}`;
    case 404:
      return 'it is no lookupd: it has no /ws';
    default:
      return `it has answered ${status} instead of opening a WebSocket${words}`;
  }
}

/** Why the other side has closed the connection. */
export function reasonOfClose(code: number, reason: string): string {
  const words = reason === '' ? '' : ` (${quoteSaid(reason)})`;
  switch (code) {
    case 1006:
      return 'the connection was cut';
    case 1000:
    case 1001:
    case 1005:
    case 1012:
      return `it has closed the connection${words}`;
    default:
      return `it has closed the connection with ${code}${words}`;
  }
}

/** Longer than what a lookupd has to say. */
const LONGEST_SAID = 200;

/** What a lookupd says, in quotes: in one line, and not without end. */
export function quoteSaid(text: string): string {
  return `"${harmlessLine(text.length > LONGEST_SAID ? `${text.slice(0, LONGEST_SAID)}...` : text)}"`;
}

/** What an error of an API says in words. */
function saidIn(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const { message, reason } = (value ?? {}) as Readonly<Record<string, unknown>>;
    return [message, reason].find((text) => typeof text === 'string' && text !== '') as string | undefined;
  } catch {
    return undefined;
  }
}
