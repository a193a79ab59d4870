import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';

const LOOK_MS = 2000;

/** What was seen of a server. */
export interface Shown {
  /** Whether it speaks TLS, with whomever. */
  readonly speaksTls: boolean;
  readonly certificate: X509Certificate | undefined;
}

/** Looks at the certificate that a server shows, whoever it is, and asks it nothing. */
export function shownCertificate(origin: string): Promise<Shown> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) });
    const end = (speaksTls: boolean, certificate?: X509Certificate): void => {
      resolve({ speaksTls, certificate });
      socket.destroy();
    };
    socket.setTimeout(LOOK_MS, () => end(false));
    socket.once('error', (error: Error) => end(/alert number/.test(error.message)));
    socket.once('close', () => end(false));
    socket.once('secureConnect', () => end(true, socket.getPeerX509Certificate()));
  });
}
