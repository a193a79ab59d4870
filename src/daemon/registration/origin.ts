import { isLocal } from '../config/address.ts';

/** The address by which others are to find this node, and whether they can. */
export interface Origin {
  readonly text: string;
  /** Only this machine can reach it. */
  readonly isLocal: boolean;
}

/** Bound to these a server listens everywhere. */
const EVERYWHERE: readonly string[] = ['[::]', '0.0.0.0'];

/**
 * What a node says of itself when nobody has named its address: the first place where it listens that others can reach, by the
 * machine's name where it listens everywhere; else the first one.
 * @param urls where it listens, `http://127.0.0.1:5000` or `unix:///path`
 */
export function originOf(urls: readonly string[], hostName: string): Origin {
  const origins = urls.map((url) => originAt(url, hostName));
  return (
    origins.find((one) => !one.isLocal) ?? origins.find(({ text }) => !text.startsWith('unix:')) ?? origins[0] ?? { text: hostName, isLocal: true }
  );
}

function originAt(text: string, hostName: string): Origin {
  if (text.startsWith('unix:')) {
    return { text, isLocal: true };
  }
  const { protocol, hostname, port } = new URL(text);
  if (EVERYWHERE.includes(hostname)) {
    return { text: `${protocol}//${hostName}${port === '' ? '' : `:${port}`}`, isLocal: false };
  }
  return { text, isLocal: isLocal({ kind: 'tcp', host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }) };
}
