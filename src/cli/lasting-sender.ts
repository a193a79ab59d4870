import { GafferError } from '../errors.ts';
import type { ProcessStream } from '../job/node.ts';
import { complain } from './complain.ts';
import { LostWrite, writePatiently } from './patient-write.ts';

/** Something to be sent at once. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** What it is called where it could not be sent. */
  readonly name: string;
}

/** One connection to a process that is written to. */
export interface SendingLink {
  readonly stream: ProcessStream;
  /** Rejects when the connection is lost. */
  readonly lost: Promise<never>;
  /** It is another process than over the connection before. */
  readonly isAnother: boolean;
}

interface Unsent {
  readonly piece: Piece;
  mayHaveArrived: boolean;
}

/** Sends pieces to a process, one after the other and over one connection after the other; none is lost without a word. */
export class LastingSender {
  /** Whether a piece was passed over that may have arrived or not. */
  isUnsure = false;
  readonly #source: () => Promise<Piece | undefined>;
  readonly #stop: Promise<unknown>;
  #reading: Promise<void> | undefined;
  #unsent: Unsent | undefined;

  /**
   * @param source tells the next piece, undefined at the end
   * @param stop resolves when the user has had enough
   */
  constructor(source: () => Promise<Piece | undefined>, stop: Promise<unknown>) {
    this.#source = source;
    this.#stop = stop;
  }

  /** Sends over one connection; resolves when there is nothing more, or the user has had enough. @throws GafferError {@link LostWrite}, `unreachable`; why the process can't be written to */
  async send({ stream, lost, isAnother }: SendingLink): Promise<void> {
    if (this.#unsent?.mayHaveArrived === true && !isAnother) {
      // the process that may have got it is still there, and is not told it twice
      complain(`${this.#unsent.piece.name} may not have arrived`);
      this.isUnsure = true;
      this.#unsent = undefined;
    }
    for (;;) {
      await Promise.race([this.#read(), lost, this.#stop]);
      const unsent = this.#unsent;
      if (unsent === undefined || !(await this.#write(unsent, { stream, lost }))) {
        return;
      }
    }
  }

  /** Says what was not sent, if something is left. */
  nameUnsent(): void {
    if (this.#unsent !== undefined) {
      const { piece, mayHaveArrived } = this.#unsent;
      complain(`${piece.name} ${mayHaveArrived ? 'may not have arrived' : 'was not sent'}, and nothing behind it was`);
    }
  }

  /** Resolves when there is something to be sent, or nothing more will be. */
  async #read(): Promise<void> {
    if (this.#unsent === undefined) {
      this.#reading ??= this.#source().then((piece) => {
        this.#unsent = piece && { piece, mayHaveArrived: false };
        this.#reading = undefined;
      });
      await this.#reading;
    }
  }

  /** Resolves with whether it is written: the user can have had enough before. */
  async #write(unsent: Unsent, { stream, lost }: Pick<SendingLink, 'stream' | 'lost'>): Promise<boolean> {
    const { piece } = unsent;
    unsent.mayHaveArrived = true;
    const written = writePatiently(stream, piece.bytes, lost).then(() => {
      this.#unsent = undefined;
    });
    try {
      await Promise.race([written, this.#stop]);
      return this.#unsent === undefined;
    } catch (error) {
      if (error instanceof LostWrite) {
        unsent.mayHaveArrived = error.mayHaveArrived;
        throw error;
      }
      this.#unsent = undefined;
      throw error instanceof GafferError ? new GafferError(error.code, `${piece.name} was not sent: ${error.message}`, { cause: error }) : error;
    }
  }
}
