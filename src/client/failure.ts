import { GafferError, messageOf, systemCode } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';

/** Says in one line why a node could not be asked, and what to do. */
export function explainFailure(error: unknown, { text, socketPath }: Endpoint): GafferError {
  const code = systemCode(error) ?? '';
  const say = (message: string): GafferError => new GafferError('unreachable', message, { cause: error });
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return say(`no node answers at ${text}: run "gaffer start" in this folder, start gafferd, or name another node with --endpoint`);
    case 'EACCES':
    case 'EPERM':
      return say(`${socketPath ?? text} belongs to another user: run gaffer as that one`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`there is no host of the name in ${text}; check --endpoint`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`${text} can't be reached (${code}); check --endpoint and the network`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return say(`${text} has closed the connection in the middle of an answer: the node has stopped, or it is no gafferd`);
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return say(`${text} does not speak TLS; try http://`);
    case 'HPE_INVALID_CONSTANT':
      return say(`${text} does not speak HTTP; check --endpoint`);
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return say(`the certificate of ${text} is signed by nobody known here (${code}); name its authority with --cacert`);
    default:
      return say(`${text} can't be asked: ${messageOf(error)}`);
  }
}
