import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** What is to be known of a socket; a unix socket has no ports. */
type Written = Partial<Pick<Socket, 'localPort' | 'remotePort' | 'bytesWritten' | 'writableLength'>>;

/** Both ends of a TCP connection, by their ports. */
export interface TcpPorts {
  readonly local: number;
  readonly remote: number;
}

/**
 * Tells whether whoever is at the other end of a TCP connection reads, by what the system keeps for it: on this machine
 * what waits to be read is listed too. Reading the list takes its time: it is for the moment when nothing else is known.
 */
export class ReadProgress {
  readonly #socket: Written | null | undefined;
  readonly #read: () => string;
  #waiting: number | undefined;
  /** What had got through, as far as that can be told. */
  #through: number | undefined;

  constructor(socket: Written | null | undefined, read: () => string = readConnections) {
    this.#socket = socket;
    this.#read = read;
  }

  /** Whether it has read something since the last call; undefined where that can't be told. */
  hasTaken(): boolean | undefined {
    const { localPort: local, remotePort: remote, bytesWritten, writableLength: backlog = 0 } = this.#socket ?? {};
    const found = local === undefined || remote === undefined ? undefined : waitingBytes(this.#read(), { local, remote });
    const [waiting, through] = [this.#waiting, this.#through];
    this.#waiting = found?.bytes;
    this.#through = found === undefined || bytesWritten === undefined ? undefined : bytesWritten - backlog - found.bytes;
    if (found === undefined || waiting === undefined) {
      return undefined;
    }
    // behind a backlog, whatever there is more of was taken in because there was room, which only reading makes; else it may be what was written since
    const hasMoved = backlog > 0 || through === undefined || this.#through === undefined ? found.bytes !== waiting : this.#through > through;
    return hasMoved || (found.isWhole ? false : undefined);
  }
}

function readConnections(): string {
  return ['/proc/net/tcp', '/proc/net/tcp6'].map(readOrNothing).join('\n');
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // no IPv6, or no /proc
  }
}

/**
 * How many bytes wait in the system for the other end of a connection, as /proc/net/tcp lists them: what that has not
 * confirmed, and if it is on this machine what it has not read either. Undefined when it is not listed once.
 */
export function waitingBytes(list: string, { local, remote }: TcpPorts): { readonly bytes: number; readonly isWhole: boolean } | undefined {
  const own = queuesOf(list, local, remote);
  const other = queuesOf(list, remote, local);
  if (own.length !== 1 || other.length > 1) {
    return undefined;
  }
  return { bytes: (own[0]?.unconfirmed ?? 0) + (other[0]?.unread ?? 0), isWhole: other.length === 1 };
}

interface Queues {
  readonly unconfirmed: number;
  readonly unread: number;
}

function queuesOf(list: string, local: number, remote: number): Queues[] {
  const [from, to] = [local, remote].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  const pattern = new RegExp(`^ *\\d+: [0-9A-F]+:${from ?? ''} [0-9A-F]+:${to ?? ''} [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8}) `, 'gm');
  return [...list.matchAll(pattern)].map(([, sent, received]) => ({
    unconfirmed: Number.parseInt(sent ?? '', 16),
    unread: Number.parseInt(received ?? '', 16),
  }));
}
