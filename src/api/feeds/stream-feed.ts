import type { ProcessStream } from '../../job/node.ts';
import type { Feed, FeedOutput } from '../operation.ts';
import { ReadProgress } from '../read-progress.ts';
import { passStream } from '../stream-flow.ts';
import type { FeedKind } from './feed-kind.ts';
import { type OutputText, OutputTexts } from './output-text.ts';
import { OLD_EVENTS } from './record-form.ts';
import { serverSentEvent } from './server-sent-event.ts';

/** What is passed on, and how. */
export interface StreamFeedOptions {
  readonly kind: FeedKind;
  readonly label: string;
  readonly heartbeatMs: number | undefined;
}

/** How output is written. */
interface Encoder {
  readonly opening: string;
  /** @returns undefined when it is told with the next piece */
  piece(chunk: Uint8Array): string | Buffer | undefined;
  /** What is left when nothing more comes. */
  rest(): string | undefined;
  readonly heartbeat: string;
}

/** A feed of what a process writes: the first piece of it, or all; then the process waits for a slow reader. */
export function streamFeed(stream: ProcessStream, { kind, label, heartbeatMs }: StreamFeedOptions): Feed {
  const encoder = kind === 'eventsource' ? new EventEncoder(label) : BYTES;
  const feed = kind === 'longpoll' ? firstPiece(stream) : everything(stream, encoder);
  return (out) => {
    if (encoder.opening !== '') {
      out.write(encoder.opening);
    }
    const heart = heartbeatMs === undefined ? undefined : setInterval(() => beat(out, encoder.heartbeat), heartbeatMs);
    const letGo = feed(out);
    return () => {
      clearInterval(heart);
      letGo();
    };
  };
}

function beat(out: FeedOutput, heartbeat: string): void {
  if (out.writableLength === 0 && !out.writableEnded && !out.destroyed) {
    out.write(heartbeat);
  }
}

function firstPiece(stream: ProcessStream): Feed {
  return (out) => {
    const letGo = (): void => {
      endData();
      endEnd();
    };
    const endData = stream.onData((chunk) => {
      if (!out.writableEnded) {
        out.end(Buffer.from(chunk));
      }
      queueMicrotask(letGo); // it can be called before there is anything to let go of
    });
    const endEnd = stream.onEnd(() => out.end());
    return letGo;
  };
}

function everything(stream: ProcessStream, encoder: Encoder): Feed {
  return (out) => {
    const progress = new ReadProgress(out.socket);
    const endPassing = passStream(stream, {
      send: (chunk, sent) => {
        const piece = encoder.piece(chunk);
        if (piece === undefined) {
          sent();
        } else {
          out.write(piece, sent);
        }
      },
      stalled: () => out.destroy(),
      hasTaken: () => progress.hasTaken(),
    });
    const endEnd = stream.onEnd(() => out.end(encoder.rest()));
    return () => {
      endPassing();
      endEnd();
    };
  };
}

const BYTES: Encoder = { opening: '', piece: (chunk) => Buffer.from(chunk), rest: () => undefined, heartbeat: '\n' };

/** Writes output as events of an event source, with the line ends of 0.4: named by its label, with `:base64` behind it where it is no text. */
class EventEncoder implements Encoder {
  readonly opening = OLD_EVENTS.opening(undefined);
  readonly heartbeat = OLD_EVENTS.heartbeat(undefined);
  readonly #label: string;
  readonly #texts = new OutputTexts();

  constructor(label: string) {
    this.#label = label;
  }

  piece(chunk: Uint8Array): string | undefined {
    return this.#event(this.#texts.add(chunk));
  }

  rest(): string | undefined {
    return this.#event(this.#texts.end());
  }

  #event(told: OutputText | undefined): string | undefined {
    if (told === undefined) {
      return undefined;
    }
    const [event, data] = 'text' in told ? [this.#label, told.text] : [`${this.#label}:base64`, told.base64];
    return serverSentEvent({ event, data }, '\r\n');
  }
}
