import { messageOf } from '../../errors.ts';
import type { EventPosition, GafferEvent } from '../../job/event.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import { EventPattern, eventNames, oldEventNames } from '../../protocol/event-names.ts';
import { textOfError } from '../error-text.ts';
import type { PluginLog } from '../plugin.ts';

interface EventListener {
  readonly pattern: EventPattern;
  readonly call: (event: GafferEvent) => void | Promise<void>;
}

/** How long to wait before events are followed again that the node has broken off. */
const AGAIN_MS = 100;

/** Calls the listeners of a plugin, over one following of the node's events. */
export class EventListeners {
  readonly #node: Pick<GafferNode, 'followEvents'>;
  readonly #log: PluginLog;
  readonly #listeners = new Set<EventListener>();
  #following: Promise<void> | undefined;
  #position: EventPosition | undefined;

  constructor(node: Pick<GafferNode, 'followEvents'>, log: PluginLog) {
    this.#node = node;
    this.#log = log;
  }

  /** Calls back with the events of a name and those below it. Resolves when they are heard. */
  async add(pattern: string, call: EventListener['call']): Promise<Unsubscribe> {
    const own = { pattern: new EventPattern(pattern), call };
    this.#listeners.add(own);
    this.#following ??= this.#follow();
    try {
      await this.#following;
    } catch (error) {
      this.#listeners.delete(own);
      this.#following = undefined; // the next one tries again
      throw error;
    }
    return () => {
      this.#listeners.delete(own);
    };
  }

  async #follow(): Promise<void> {
    const { from } = await this.#node.followEvents(this.#position, (entry) => {
      switch (entry.kind) {
        case 'event':
          this.#position = { run: this.#position?.run, seq: entry.event.seq };
          this.#call(entry.event);
          break;
        case 'dropped':
          this.#log.warning(`${entry.count} events were missed: the plugin was too slow`);
          break;
        case 'end':
          setTimeout(() => void this.#follow().catch((error: unknown) => this.#begin(error)), AGAIN_MS);
          break;
      }
    });
    this.#position = { run: from.run, seq: Math.max(from.seq, this.#position?.seq ?? 0) }; // some may have been heard already
  }

  /** Goes on with what comes next where what was missed can't be had any more. */
  #begin(error: unknown): void {
    this.#log.warning(`events were missed: ${messageOf(error)}`);
    this.#position = undefined;
    this.#following = this.#follow().catch((again: unknown) => this.#log.error(`no more events are heard: ${messageOf(again)}`));
  }

  #call(event: GafferEvent): void {
    const names = [...eventNames(event), ...oldEventNames(event)];
    const meant = [...this.#listeners].filter(({ pattern }) => names.some((name) => pattern.means(name)));
    for (const { call } of meant) {
      void this.#safely(call, event);
    }
  }

  async #safely(call: EventListener['call'], event: GafferEvent): Promise<void> {
    try {
      await call(event);
    } catch (error) {
      this.#log.error(`a listener failed at the event ${event.type} of ${event.name}: ${textOfError(error)}`);
    }
  }
}
