import type { GafferEvent } from '../../job/event.ts';
import type { Members } from '../../protocol/channel-message.ts';
import { EventPattern, namedEvents } from '../../protocol/event-names.ts';
import { eventRecord } from '../../protocol/event-record.ts';
import { Message } from './peer.ts';

const EVERYTHING = new EventPattern('.');

/** Puts events into messages. Many are sent the same ones: those of the event that is told now are made once. */
export class EventMessages {
  #event: GafferEvent | undefined;
  readonly #made = new Map<string, readonly Message[]>();

  /** An event under all its names. */
  underAllNames(event: GafferEvent, topic: string): readonly Message[] {
    return this.#once(event, topic, () => namedEvents(event, EVERYTHING).map((named) => eventMessage({ topic, ...named })));
  }

  /** An event of one job or process under its bare name. */
  underOwnName(event: GafferEvent, topic: string): readonly Message[] {
    return this.#once(event, topic, () => [eventMessage({ topic, ...eventRecord(event) })]);
  }

  #once(event: GafferEvent, topic: string, make: () => readonly Message[]): readonly Message[] {
    if (event !== this.#event) {
      this.#event = event;
      this.#made.clear();
    }
    const messages = this.#made.get(topic) ?? make();
    this.#made.set(topic, messages);
    return messages;
  }
}

/** News of a topic, as it is sent. */
export function eventMessage(data: Members): Message {
  return new Message(JSON.stringify({ event: 'gaffer:event', data }));
}
