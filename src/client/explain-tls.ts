import type { X509Certificate } from 'node:crypto';
import { namesIn } from '../certificates/read-certificates.ts';
import { judgeValidity, validityTrouble } from '../certificates/validity.ts';
import type { TlsFailure } from './tls-failure.ts';

/** What is known when a connection with TLS has failed. */
interface TlsCircumstances {
  /** Where the node is, for people. */
  readonly place: string;
  /** What it shows, where that could be looked at. */
  readonly shown: X509Certificate | undefined;
  readonly nowMs: number;
}

/** Whether it helps to look at the certificate that the node shows. */
export function isAboutShown({ kind }: TlsFailure): boolean {
  return ['untrusted', 'outdated', 'not-yet', 'other-name'].includes(kind);
}

/** Says in one line why there is no connection, and what to do. */
export function explainTls(failure: TlsFailure, { place, shown, nowMs }: TlsCircumstances): string {
  const certificate = `the certificate of ${place}`;
  switch (failure.kind) {
    case 'untrusted':
      return `${certificate} is not trusted here: ${signerOf(shown)}; if that is right, name it with --cacert`;
    case 'outdated':
    case 'not-yet':
      return `${certificate} ${troubleNow(shown, nowMs) ?? `is not valid now, or its authority is not (${failure.reason})`}: the node needs a new one, unless the clock here is wrong`;
    case 'other-name':
      return `${certificate} is for ${namesOf(shown)}, not for ${new URL(place).hostname}: name the node as the certificate does, or have one made for this name too`;
    case 'bad-chain':
      return `${certificate} can't be trusted: ${failure.reason}; the node needs another one`;
    case 'asks-for-certificate':
      return `${place} asks for a certificate of yours: name it with --certfile, and its key with --keyfile`;
    case 'refuses-certificate':
      return `${place} does not accept the certificate that was shown (--certfile): ${failure.reason}`;
    case 'no-tls':
      return `${place} does not speak TLS; try ${place.replace(/^https:/, 'http:')}`;
    case 'no-common-version':
      return `${place} speaks other versions of TLS only: this one speaks TLS 1.2 and 1.3; change min_version or max_version there`;
    case 'other':
      return `there is no TLS with ${place}: ${failure.reason}`;
  }
}

function signerOf(shown: X509Certificate | undefined): string {
  if (shown === undefined) {
    return 'nobody known here has signed it';
  }
  const name = (text: string): string => /^CN=(.*)$/m.exec(text)?.[1] ?? text.replaceAll('\n', ', ');
  return shown.subject === shown.issuer ? 'it has signed itself' : `"${name(shown.issuer)}" has signed it, who is not known here`;
}

/** What the certificate itself says; undefined when it is all right, and so an authority above it is not. */
function troubleNow(shown: X509Certificate | undefined, nowMs: number): string | undefined {
  const validity = shown && judgeValidity(shown, nowMs);
  return validity?.kind === 'expired' || validity?.kind === 'not-yet' ? validityTrouble(validity) : undefined;
}

function namesOf(shown: X509Certificate | undefined): string {
  const names = shown === undefined ? [] : namesIn(shown);
  return names.length === 0 ? 'other names' : names.join(', ');
}
