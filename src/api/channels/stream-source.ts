import { StringDecoder } from 'node:string_decoder';
import { GafferError } from '../../errors.ts';
import type { GafferNode, ProcessStream, Unsubscribe } from '../../job/node.ts';
import { passStream } from '../stream-flow.ts';
import { eventMessage } from './event-messages.ts';
import type { Message } from './peer.ts';
import type { Opening, TopicListener, TopicSource } from './topic-source.ts';

/** Which pipe of which process is wanted. */
export interface StreamOpening extends Opening {
  readonly pid: number;
  readonly label: string | undefined;
}

/** Begins to tell what a process writes. @throws GafferError `bad_request`, `process_not_found`, `stream_not_found` */
export async function openStream(node: GafferNode, { pid, label, text: topic, options, listener }: StreamOpening): Promise<TopicSource> {
  const { encoding = 'utf8' } = options;
  if (encoding !== 'utf8' && encoding !== 'base64') {
    throw new GafferError('bad_request', `encoding: expected "utf8" or "base64", got ${JSON.stringify(encoding)}`);
  }
  if (label === 'stdin') {
    throw new GafferError('stream_not_found', `process ${pid} has no stream "stdin" that can be read`);
  }
  const { name, redirect_output: outputs, custom_streams: custom } = await node.processInfo(pid);
  const stream = await node.stream(pid, label);
  const event = label !== undefined && custom.includes(label) ? 'READ' : (label ?? outputs[0] ?? '');
  const messageOf = (data: string): Message => eventMessage({ event, topic, name, pid, ...(encoding === 'base64' && { encoding }), data });
  const source = new StreamSource(stream, { decoder: new StringDecoder(encoding), messageOf, listener });
  return { present: undefined, end: () => source.end() };
}

interface Telling {
  readonly decoder: StringDecoder;
  readonly messageOf: (data: string) => Message;
  readonly listener: TopicListener;
}

/** How often is looked whether a reader takes something again. */
const LOOK_MS = 100;

/** Tells all of a stream; to a reader that takes nothing at all, as much as there is room for, until it reads again. */
class StreamSource {
  readonly #stream: ProcessStream;
  readonly #telling: Telling;
  readonly #endEnd: Unsubscribe;
  /** Pieces that the process may have to wait for. */
  #underWay = 0;
  #endData: Unsubscribe = () => undefined;

  constructor(stream: ProcessStream, telling: Telling) {
    this.#stream = stream;
    this.#telling = telling;
    this.#pass();
    this.#endEnd = stream.onEnd(() => {
      const rest = telling.decoder.end();
      if (rest !== '') {
        telling.listener.tell(telling.messageOf(rest));
      }
      telling.listener.end();
    });
  }

  end(): void {
    this.#endData();
    this.#endEnd();
  }

  #pass(): void {
    const { listener } = this.#telling;
    const progress = listener.watch();
    this.#endData = passStream(this.#stream, {
      send: (chunk, sent) => this.#send(chunk, sent),
      stalled: () => this.#dropSome(),
      hasTaken: () => progress.hasTaken(),
      get isCrowded() {
        return !listener.hasRoom;
      },
    });
  }

  #send(chunk: Uint8Array, sent: () => void): void {
    const { messageOf, listener } = this.#telling;
    const text = this.#decode(chunk);
    if (text === '') {
      sent(); // the beginning of a character
      return;
    }
    this.#underWay += 1;
    listener.pass(messageOf(text), () => {
      this.#underWay -= 1;
      sent();
    });
  }

  #dropSome(): void {
    const { decoder, messageOf, listener } = this.#telling;
    const endData = this.#stream.onData((chunk) => {
      const text = listener.hasRoom ? this.#decode(chunk) : undefined;
      if (text !== undefined) {
        listener.tell(messageOf(text));
      } else {
        decoder.end(); // a character does not go on behind a gap
        listener.leaveOut();
      }
    });
    const timer = setInterval(() => {
      if (this.#underWay === 0 && listener.hasRoom) {
        this.#endData();
        this.#pass();
      }
    }, LOOK_MS);
    this.#endData = () => {
      endData();
      clearInterval(timer);
    };
  }

  #decode(chunk: Uint8Array): string {
    return this.#telling.decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
}
