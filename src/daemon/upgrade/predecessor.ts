import { closeSync } from 'node:fs';
import { GafferError } from '../../errors.ts';
import type { ListeningSocket } from '../listeners.ts';
import type { Heritage } from './heritage.ts';
import { FIRST_SOCKET, type FromPredecessor, type FromSuccessor, readFromPredecessor, type StartPlace, UPGRADE_MARK } from './messages.ts';

/** The gafferd from which this one takes over, as this one knows it. */
export class Predecessor implements Heritage {
  /** Its pid: for as long as it has not left, the state folder and the pidfile are its own. */
  readonly pid: number;
  readonly stateDir: string;
  /** Where and how it was started. */
  readonly place: StartPlace;
  readonly #turn: Promise<'left' | 'died'>;
  #sockets: ListeningSocket[];

  private constructor({ pid, stateDir, place, sockets }: Extract<FromPredecessor, { kind: 'handover' }>) {
    this.pid = pid;
    this.stateDir = stateDir;
    this.place = place;
    this.#sockets = sockets.map((address, index) => ({ address, fd: FIRST_SOCKET + index }));
    this.#turn = new Promise((resolve) => {
      process.on('message', (value) => {
        if (readFromPredecessor(value)?.kind === 'go') {
          resolve('left');
        }
      });
      process.once('disconnect', () => resolve('died'));
    });
  }

  /** Undefined for a gafferd that was not started by another one. @throws GafferError `io_failed` when that one ends first, or says something else */
  static async meet(env: NodeJS.ProcessEnv): Promise<Predecessor | undefined> {
    const isExpected = env[UPGRADE_MARK] !== undefined && process.connected;
    Reflect.deleteProperty(env, UPGRADE_MARK); // it is not for children
    if (!isExpected) {
      return undefined;
    }
    const first = await new Promise<unknown>((resolve) => {
      process.once('message', resolve);
      process.once('disconnect', () => resolve(undefined));
    });
    const message = readFromPredecessor(first);
    if (message?.kind !== 'handover') {
      throw new GafferError('io_failed', 'expected to be told what to take over, got something else');
    }
    return new Predecessor(message);
  }

  /** Which of its sockets are for these addresses; each is given once. The others are closed, when {@link Predecessor.takeSockets} is called. */
  choose(addresses: readonly string[]): readonly ListeningSocket[] {
    const left = [...this.#sockets];
    return addresses.flatMap((address) => {
      const index = left.findIndex((socket) => socket.address === address);
      return index < 0 ? [] : left.splice(index, 1);
    });
  }

  /** Takes the sockets for these addresses, and closes the others. */
  takeSockets(addresses: readonly string[]): readonly ListeningSocket[] {
    const taken = this.choose(addresses);
    for (const { fd } of this.#sockets.filter((socket) => !taken.includes(socket))) {
      closeSync(fd);
    }
    this.#sockets = [];
    return taken;
  }

  /** Says that this gafferd can take over; resolves when it is to, because the one before it has left, or has died. */
  async ready(addresses: readonly string[]): Promise<'left' | 'died'> {
    this.#send({ kind: 'ready', sockets: this.choose(addresses).map(({ address }) => address) });
    return await this.#turn;
  }

  /** Says that this gafferd answers now, and needs the other one no more. */
  serving(version: string): void {
    this.#send({ kind: 'serving', version }, () => process.connected && process.disconnect());
  }

  /** Says why this gafferd can't take over; resolves when that is said. */
  async failed(reason: string): Promise<void> {
    await new Promise<void>((resolve) => this.#send({ kind: 'failed', reason }, resolve));
  }

  #send(message: FromSuccessor, sent: () => void = () => undefined): void {
    if (process.connected && process.send !== undefined) {
      process.send(message, undefined, undefined, sent);
    } else {
      sent();
    }
  }
}
