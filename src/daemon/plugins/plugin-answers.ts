import type { PluginAnswer } from '../../api/plugins/plugin-book.ts';
import { GafferError } from '../../errors.ts';
import type { FromThread, Refusal, RouteRequest, ToThread } from '../../plugin/messages.ts';

/** What of a thread's messages is about answers. */
type AnswerMessage = Extract<FromThread, { readonly id: number }>;

/** An answer that has been asked for. */
interface Asked {
  /** Its beginning is here, or it never will be. */
  begin: (message: AnswerMessage | Error) => void;
  readonly pieces: Uint8Array[];
  /** Why it is over. */
  over: 'end' | 'broken' | undefined;
  /** Goes on when something has come. */
  wake: () => void;
}

/** As many requests a plugin may have at a time. */
const MOST = 500;

/** The answers of a plugin's thread that are being waited for. Of a body only one piece is under way: a slow reader slows the plugin down. */
export class PluginAnswers {
  readonly #name: string;
  readonly #limitMs: number;
  readonly #tell: (message: ToThread) => void;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #isClosed = false;

  /** @param options.limitMs how long a handler may take to begin its answer */
  constructor({ name, limitMs }: { readonly name: string; readonly limitMs: number }, tell: (message: ToThread) => void) {
    this.#name = name;
    this.#limitMs = limitMs;
    this.#tell = tell;
  }

  /** @throws GafferError `plugin_failed`, `plugin_unavailable`, `plugin_silent` */
  async ask(route: string, request: RouteRequest, signal: AbortSignal): Promise<PluginAnswer> {
    if (this.#isClosed) {
      throw this.#unavailable();
    }
    if (this.#asked.size >= MOST) {
      throw new GafferError('plugin_unavailable', `the plugin "${this.#name}" answers ${MOST} requests already; ask again later`);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const asked: Asked = { begin: () => undefined, pieces: [], over: undefined, wake: () => undefined };
    this.#asked.set(id, asked);
    const giveUp = (): void => this.#giveUp(id);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const head = await this.#begun(asked, { kind: 'request', id, route, request });
      return { status: head.status, headers: head.headers, body: this.#body(id, asked) };
    } catch (error) {
      this.#giveUp(id);
      throw error;
    }
  }

  /** Takes what the thread says of an answer. */
  hear(message: AnswerMessage): void {
    const asked = this.#asked.get(message.id);
    switch (message.kind) {
      case 'head':
        asked?.begin(message);
        break;
      case 'chunk':
        asked?.pieces.push(message.bytes);
        break;
      case 'end':
      case 'broken':
        this.#asked.delete(message.id);
        if (asked !== undefined) {
          asked.over = message.kind;
        }
        asked?.begin(this.#failure('refused' in message ? message.refused : undefined));
        break;
    }
    asked?.wake();
  }

  /** Nothing more comes. */
  close(): void {
    this.#isClosed = true;
    for (const [id, asked] of this.#asked) {
      this.#asked.delete(id);
      asked.over = 'broken';
      asked.begin(this.#unavailable());
      asked.wake();
    }
  }

  async #begun(asked: Asked, question: ToThread): Promise<Extract<AnswerMessage, { kind: 'head' }>> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        const silent = new GafferError('plugin_silent', `the plugin "${this.#name}" does not answer within ${this.#limitMs / 1000} seconds`);
        timer = setTimeout(() => reject(silent), this.#limitMs);
        asked.begin = (message) => {
          if (message instanceof Error) {
            reject(message);
          } else if (message.kind === 'head') {
            resolve(message);
          }
        };
        this.#tell(question);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async *#body(id: number, asked: Asked): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const piece = asked.pieces.shift();
        if (piece !== undefined) {
          yield piece;
          this.#tell({ kind: 'more', id });
        } else if (asked.over === 'broken') {
          throw new Error(`the plugin "${this.#name}" broke its answer off`);
        } else if (asked.over === 'end') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            asked.wake = resolve;
          });
        }
      }
    } finally {
      this.#giveUp(id);
    }
  }

  /** Nobody waits for an answer any more. */
  #giveUp(id: number): void {
    const asked = this.#asked.get(id);
    if (asked !== undefined) {
      this.#asked.delete(id);
      asked.over = 'broken';
      asked.begin(this.#unavailable());
      asked.wake();
      this.#tell({ kind: 'gone', id });
    }
  }

  #failure(refused: Refusal | undefined): GafferError {
    return refused === undefined
      ? new GafferError('plugin_failed', `the plugin "${this.#name}" has failed; the log of the node tells why`)
      : new GafferError(refused.code, refused.message);
  }

  #unavailable(): GafferError {
    return new GafferError('plugin_unavailable', `the plugin "${this.#name}" has ended; GET /plugins tells more`);
  }
}
