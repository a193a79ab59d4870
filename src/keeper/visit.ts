import type { Socket } from 'node:net';
import { FrameReader, frameMessage } from './frame.ts';
import { decodeItems, encodeItems } from './message.ts';
import type { Answer, Operation } from './protocol.ts';

/** The connections of a visit. */
export interface Connections {
  readonly commands: Socket;
  readonly news: Socket;
}

/** Who is told of a visit. */
export interface VisitListener {
  /** A message of it, to be carried out as a whole. */
  operations(operations: readonly Operation[]): void;
  /** What it has said could not be understood, or not be carried out. */
  failed(error: unknown): void;
  /** Nothing more will come from it. */
  over(): void;
}

/** A gafferd that is there: two connections, one for what it says and one for what it is told. */
export class Visit {
  readonly news: Socket;
  readonly #commands: Socket;
  readonly #listener: VisitListener;
  readonly #reader: FrameReader;
  #isOver = false;

  /** @param commands nothing is ever written to it: else what a gafferd has said could be lost when it is killed */
  constructor({ commands, news }: Connections, listener: VisitListener) {
    this.news = news;
    this.#commands = commands;
    this.#listener = listener;
    this.#reader = new FrameReader({ message: (message) => this.#heard(message), output: () => undefined });
    commands.on('data', (chunk: Buffer) => this.#feed(chunk));
    commands.once('end', () => this.end());
    commands.once('close', () => this.end());
    commands.resume();
    news.resume();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Says something before anything else is sent. */
  answer(answers: readonly Answer[]): void {
    this.news.write(frameMessage(encodeItems(answers)));
  }

  /** Lets go of it. */
  end(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#commands.destroy();
      this.news.destroySoon();
      this.#listener.over();
    }
  }

  /** What goes wrong is the end of the visit only: others have to be able to go on with the children. */
  #feed(chunk: Buffer): void {
    try {
      this.#reader.feed(chunk);
    } catch (error) {
      this.#listener.failed(error);
      this.end();
    }
  }

  #heard(message: Buffer): void {
    if (!this.#isOver) {
      this.#listener.operations(decodeItems<Operation & { bytes: Uint8Array }>(message));
    }
  }
}
