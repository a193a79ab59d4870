import type { GafferEvent } from '../../job/event.ts';
import { eventNames, namedEvents, oldEventNames } from '../../protocol/event-names.ts';
import { type Clock, systemClock } from '../../supervisor/clock.ts';
import type { Log } from '../log.ts';
import type { HookMessage } from './delivery.ts';
import type { Hook } from './hook.ts';
import { HookJournal } from './hook-journal.ts';
import { HookQueue } from './hook-queue.ts';
import { type HookSender, HttpSender } from './http-sender.ts';

/** What deliveries are made with. */
export interface WebhooksOptions {
  readonly version: string;
  readonly log: Pick<Log, 'info' | 'warning'>;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** From 0 up to 1. Default: really random. */
  readonly random?: () => number;
  /** Default: HTTP. */
  readonly openSender?: (url: string) => HookSender;
}

/** How often a hook that waits for nothing is said to be up to date, in events: many less than are kept. */
const NOTED_EVERY = 1000;

/** An address, and the hooks that have it. */
interface Target {
  readonly queue: HookQueue;
  readonly hooks: Hook[];
}

/** Tells addresses of events: each address of each event once under each of its names, however many hooks want it. */
export class Webhooks {
  readonly #options: Required<WebhooksOptions>;
  readonly #targets = new Map<string, Target>();
  #tellReached: (hook: Hook, seq: number) => void = () => undefined;

  constructor({ clock = systemClock, random = Math.random, openSender = (url) => new HttpSender(url), ...options }: WebhooksOptions) {
    this.#options = { clock, random, openSender, ...options };
  }

  /** Calls back when a hook needs an event no more, nor those before it. */
  onReached(listener: (hook: Hook, seq: number) => void): void {
    this.#tellReached = listener;
  }

  /** Begins to tell a hook's address of what happens from now on. */
  add(hook: Hook): void {
    const target = this.#targets.get(hook.url) ?? { queue: this.#openQueue(hook.url), hooks: [] };
    this.#targets.set(hook.url, target);
    target.hooks.push(hook);
  }

  /** Tells a hook's address nothing more of what only this hook wants, also of what has happened already. */
  remove(hook: Hook): void {
    const target = this.#targets.get(hook.url);
    if (target === undefined || !target.hooks.includes(hook)) {
      return;
    }
    target.hooks.splice(target.hooks.indexOf(hook), 1);
    target.queue.withdraw(hook);
    if (target.hooks.length === 0) {
      target.queue.end();
      this.#targets.delete(hook.url);
    }
  }

  /** Sends a message for one hook, whatever it wants. */
  send(message: HookMessage, hook: Hook): void {
    this.#targets.get(hook.url)?.queue.push(message, [hook]);
  }

  /** Passes an event on to whoever wants it. @param isFor which hooks are told at all; default: each */
  tell(event: GafferEvent, isFor: (hook: Hook) => boolean = () => true): void {
    const messages = new Map<string, HookMessage>();
    for (const { queue, hooks } of this.#targets.values()) {
      const wanting = new Map<string, Hook[]>();
      for (const hook of hooks.filter(isFor)) {
        for (const named of namedEvents(event, hook.pattern)) {
          const name = named.event;
          messages.set(name, messages.get(name) ?? { event: name, body: JSON.stringify(named), seq: event.seq });
          wanting.set(name, [...(wanting.get(name) ?? []), hook]);
        }
      }
      for (const name of wanting.size === 0 ? [] : new Set([...eventNames(event), ...oldEventNames(event)])) {
        const [message, wanted] = [messages.get(name), wanting.get(name)];
        if (message !== undefined && wanted !== undefined) {
          queue.push(message, wanted);
        }
      }
    }
    if (event.seq % NOTED_EVERY === 0) {
      this.#noteIdle(event.seq);
    }
  }

  #noteIdle(seq: number): void {
    for (const { hooks } of this.#targets.values()) {
      for (const hook of hooks.filter(({ tally }) => tally.waiting === 0)) {
        this.#tellReached(hook, seq);
      }
    }
  }

  /** Sends what waits for a while, and then lets go of it; resolves with how many events were not sent. */
  async close(graceMs: number): Promise<number> {
    return await this.#end(graceMs, (queue) => queue.finish());
  }

  /** Sends nothing more, for a successor does: what is under way may be answered for a while. */
  async leave(graceMs: number): Promise<void> {
    await this.#end(graceMs, (queue) => queue.leave());
  }

  async #end(graceMs: number, finish: (queue: HookQueue) => Promise<void>): Promise<number> {
    const queues = [...this.#targets.values()].map(({ queue }) => queue);
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(graceMs, resolve);
    });
    await Promise.race([Promise.all(queues.map(finish)), late]);
    cancel();
    this.#targets.clear();
    return queues.reduce((sum, queue) => sum + queue.end(), 0);
  }

  #openQueue(url: string): HookQueue {
    const { log, clock, random, openSender, version } = this.#options;
    const reached = (hook: Hook, seq: number): void => this.#tellReached(hook, seq);
    const journal = new HookJournal(url, log, clock);
    return new HookQueue({ sender: openSender(url), journal, clock, random, userAgent: `gaffer/${version}`, reached });
  }
}
