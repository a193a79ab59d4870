import { GafferError, messageOf, systemCode } from '../errors.ts';
import type { Advice } from './advice.ts';
import type { Endpoint } from './endpoint.ts';
import { explainTls, isAboutShown } from './explain-tls.ts';
import { shownCertificate } from './shown-certificate.ts';
import { type TlsFailure, tlsFailureOf } from './tls-failure.ts';

/** How the node was asked. */
interface Attempt {
  readonly endpoint: Endpoint;
  readonly advice: Advice;
  /** Whether a certificate was shown to it. */
  readonly hasCertificate: boolean;
  /** Whether its answer had begun. */
  readonly hasBegun: boolean;
}

/** Says in one line why a node could not be asked, and what to do. */
export async function explainFailure(error: unknown, attempt: Attempt): Promise<GafferError> {
  const { endpoint } = attempt;
  const failure = endpoint.origin.startsWith('https:') ? (tlsFailureOf(error, attempt) ?? (await refusalOf(error, attempt))) : undefined;
  if (failure === undefined) {
    return explainLoss(error, attempt);
  }
  const shown = isAboutShown(failure) ? (await shownCertificate(endpoint.origin)).certificate : undefined;
  return new GafferError('tls_failed', explainTls(failure, { place: endpoint.text, shown, nowMs: Date.now() }), { cause: error });
}

/** Some servers hang up without a word when they do not trust a certificate; those are there, and talk to others. */
async function refusalOf(error: unknown, { endpoint, hasCertificate, hasBegun }: Attempt): Promise<TlsFailure | undefined> {
  const isHungUp = ['ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '');
  return isHungUp && hasCertificate && !hasBegun && (await shownCertificate(endpoint.origin)).speaksTls
    ? { kind: 'refuses-certificate', reason: 'it has closed the connection without an answer' }
    : undefined;
}

function explainLoss(error: unknown, { endpoint, advice }: Attempt): GafferError {
  const { text, socketPath } = endpoint;
  const { program, option, away, asked, server, address = option } = advice;
  const code = systemCode(error) ?? '';
  const say = (message: string): GafferError => new GafferError('unreachable', message, { cause: error });
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return say(`no ${asked} answers at ${text}: ${away}, or name another ${asked} with ${option}`);
    case 'EACCES':
    case 'EPERM':
      return say(`${socketPath ?? text} belongs to another user: run ${program} as that one`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`there is no host of the name in ${text}; check ${address}`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`${text} can't be reached (${code}); check ${address} and the network`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return say(
        `${text} has closed the connection in the middle of an answer: the ${asked} has stopped, or it is no ${server}${otherwise(endpoint)}`,
      );
    case 'HPE_INVALID_CONSTANT':
      return say(`${text} does not speak HTTP; check ${address}`);
    default:
      return say(`${text} can't be asked: ${messageOf(error)}`);
  }
}

/** Why else a server may hang up, as the end of a sentence. */
function otherwise({ origin, socketPath }: Endpoint): string {
  return origin.startsWith('http:') && socketPath === undefined ? `, or it speaks TLS (${origin.replace(/^http:/, 'https:')})` : '';
}
