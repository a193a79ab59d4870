import type { RemoteNode } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import { type AttachInput, PipedInput, TypedInput } from './attach-input.ts';
import { complain } from './complain.ts';
import type { ControlKey } from './detach-key.ts';
import type { Ending } from './ending.ts';
import { isLoss } from './lasting.ts';
import { LastingSender, type Piece } from './lasting-sender.ts';
import type { ProcessTarget } from './process-target.ts';
import type { ProcessWatch } from './process-watch.ts';

/** What becomes of the input of somebody who is attached. */
export interface AttachSenderOptions {
  readonly detachKey: ControlKey;
  /** Whether what is typed or piped in goes to the process. */
  readonly input: boolean;
  /** Close the process's stdin where the own one ends. */
  readonly eof: boolean;
  readonly end: Ending;
  /** The user leaves, by the key of that character. */
  readonly onLeave: (char: string) => void;
}

/** The most that is shown of what was not sent. */
const SHOWN = 60;

/** Sends what is typed or piped in to the stdin of a process, and hears the keys that leave. */
export class AttachSender {
  readonly #node: RemoteNode;
  readonly #target: ProcessTarget;
  readonly #options: AttachSenderOptions;
  #input: AttachInput | undefined;
  #sender: LastingSender | undefined;

  constructor(node: RemoteNode, target: ProcessTarget, options: AttachSenderOptions) {
    this.#node = node;
    this.#target = target;
    this.#options = options;
  }

  /** Begins to read. */
  begin(): void {
    const { detachKey, input, eof, end, onLeave } = this.#options;
    const isSent = input && this.#target.info.redirect_input;
    if (process.stdin.isTTY) {
      this.#input = new TypedInput({ detachKey, hasEnd: eof, onLeave });
    } else if (isSent) {
      this.#input = new PipedInput();
    }
    const source = this.#input;
    if (!isSent) {
      source?.ignore();
    } else if (source !== undefined) {
      this.#sender = new LastingSender(() => nextPiece(source), end.reached);
    }
  }

  /** Sends over one connection; resolves when nothing more is to be sent. @throws GafferError what `lasting` waits for when the connection is lost */
  async send({ lost }: ProcessWatch, isAnother: boolean): Promise<void> {
    const { eof, end } = this.#options;
    if (this.#sender === undefined) {
      return;
    }
    try {
      const stream = await this.#node.stream(this.#target.pid, 'stdin');
      await this.#sender.send({ stream, lost, isAnother });
      if (eof && !end.signal.aborted) {
        stream.end();
      }
    } catch (error) {
      if (isLoss(error) || !(error instanceof GafferError)) {
        throw error;
      }
      if (error.code !== 'process_not_found') {
        complain(error.message); // else its end is told
      }
      this.#input?.ignore();
    }
    this.#sender = undefined;
  }

  /** Gives the terminal back. */
  close(): void {
    this.#input?.close();
  }
}

async function nextPiece(input: AttachInput): Promise<Piece | undefined> {
  const bytes = await input.next();
  return bytes && { bytes, name: bytes.length > SHOWN ? `a piece of ${bytes.length} bytes` : JSON.stringify(Buffer.from(bytes).toString()) };
}
