import { randomBytes } from 'node:crypto';
import type { WebhookBook } from '../../api/webhooks.ts';
import { GafferError } from '../../errors.ts';
import type { GafferNode, Unsubscribe } from '../../job/node.ts';
import { EventPattern } from '../../protocol/event-names.ts';
import { parseHookEvent } from '../../protocol/hook-event.ts';
import { expectSecret } from '../../protocol/hook-signature.ts';
import { parseHookUrl, shownUrl } from '../../protocol/hook-url.ts';
import type { NewWebhook, WebhookInfo } from '../../protocol/webhook.ts';
import type { WebhookSettings } from '../config/webhooks.ts';
import type { Log } from '../log.ts';
import type { StoredWebhook, WebhookStore } from '../webhook-store.ts';
import { type Hook, newTally } from './hook.ts';
import { type HookLegacy, HookPlaces } from './hook-places.ts';
import type { Webhooks } from './webhooks.ts';

/** What a book is kept with. */
export interface HookBookOptions {
  readonly webhooks: Webhooks;
  readonly store: WebhookStore;
  readonly log: Pick<Log, 'info' | 'warning'>;
}

/** What a book begins with. */
export interface HookBookStart {
  /** What the configuration says. */
  readonly settings: readonly WebhookSettings[];
  /** Has a successor of this gafferd know something, by a name. */
  readonly say: (name: string, value: unknown) => void;
  /** What a predecessor has left, if there was one. */
  readonly legacy?: HookLegacy | undefined;
}

/** Every webhook of gafferd: those of the configuration, and those that came over the API, which the store keeps. */
export class HookBook implements WebhookBook {
  readonly #webhooks: Webhooks;
  readonly #store: WebhookStore;
  readonly #log: HookBookOptions['log'];
  #ofFile: readonly Hook[] = [];
  #ofApi: readonly Hook[] = [];
  /** Numbers those of the configuration. */
  #count = 0;
  #places = new HookPlaces(() => undefined);
  #unlisten: Unsubscribe = () => undefined;

  constructor({ webhooks, store, log }: HookBookOptions) {
    this.#webhooks = webhooks;
    this.#store = store;
    this.#log = log;
  }

  /**
   * Takes what the store and the configuration have, and passes on what happens on a node from now on, and before that what a predecessor
   * has not come to. @throws GafferError `io_failed`
   */
  open(node: Pick<GafferNode, 'onEvent'>, { settings, say, legacy }: HookBookStart): void {
    const places = new HookPlaces(say, legacy);
    this.#places = places;
    this.#webhooks.onReached((hook, seq) => places.reached(hook, seq));
    this.#ofApi = this.#store.all().map((stored) => this.#begin(stored, undefined));
    this.configure(settings);
    places.endOthers();
    for (const { url } of places.late) {
      this.#log.warning(`the webhook ${shownUrl(url)} was so far behind that some of its events are not kept any more`);
    }
    for (const event of legacy?.events ?? []) {
      this.#webhooks.tell(event, (hook) => places.isBefore(hook, event.seq));
    }
    this.#unlisten = node.onEvent((event) => {
      places.pass(event.seq);
      this.#webhooks.tell(event);
    });
  }

  /** Takes over what the configuration says: what is there already goes on as it was. */
  configure(settings: readonly WebhookSettings[]): void {
    const gone = new Map(this.#ofFile.map((hook) => [keyOf(hook), hook]));
    this.#ofFile = settings.map(({ place, ...wanted }) => {
      const hook = gone.get(keyOf(wanted));
      if (hook === undefined) {
        this.#count += 1;
        return this.#begin({ ...wanted, id: `ini-${this.#count}` }, place);
      }
      gone.delete(keyOf(wanted));
      hook.secret = wanted.secret;
      hook.place = place;
      return hook;
    });
    for (const hook of gone.values()) {
      this.#end(hook);
    }
  }

  /** What is not sent when gafferd has ended is let go: nobody goes on with it. */
  letGo(): void {
    this.#places.endAll();
    this.#webhooks.onReached(() => undefined);
  }

  /** Listens no more, and leaves what waits to a successor, but for what is under way. */
  async leave(graceMs: number): Promise<void> {
    this.#unlisten();
    await this.#webhooks.leave(graceMs);
  }

  /** Listens no more, and sends what waits for a while. */
  async close(graceMs: number): Promise<void> {
    this.#unlisten();
    const left = await this.#webhooks.close(graceMs);
    if (left > 0) {
      this.#log.warning(`${left} ${left === 1 ? 'event was' : 'events were'} not sent to webhooks`);
    }
  }

  list(): readonly WebhookInfo[] {
    return this.#all.map(infoOf);
  }

  find(id: string): WebhookInfo {
    return infoOf(this.#hook(id));
  }

  add({ event, url, secret }: NewWebhook): string {
    const wanted = { event: parseHookEvent(event), url: parseHookUrl(url), secret: secret === undefined ? undefined : expectSecret(secret) };
    const before = this.#ofApi.find((hook) => keyOf(hook) === keyOf(wanted));
    if (before !== undefined) {
      const message = `${shownUrl(before.url)} is told of "${before.event}" already, by the webhook ${before.id}; remove that one to change it`;
      throw new GafferError('webhook_exists', message);
    }
    const stored: StoredWebhook = { ...wanted, id: randomBytes(4).toString('hex') };
    this.#store.add(stored);
    this.#ofApi = [...this.#ofApi, this.#begin(stored, undefined)];
    return stored.id;
  }

  remove(id: string): void {
    const hook = this.#hook(id);
    if (hook.place !== undefined) {
      throw new GafferError(
        'webhook_in_file',
        `the webhook ${id} is in the configuration, at ${hook.place}; remove it there, and send gafferd SIGHUP`,
      );
    }
    this.#store.delete(id);
    this.#ofApi = this.#ofApi.filter((one) => one !== hook);
    this.#end(hook);
  }

  test(id: string): void {
    this.#webhooks.send({ event: 'test', body: JSON.stringify({ event: 'test', time: Date.now() / 1000, webhook: id }) }, this.#hook(id));
  }

  get #all(): readonly Hook[] {
    return [...this.#ofFile, ...this.#ofApi];
  }

  #hook(id: string): Hook {
    const hook = this.#all.find((one) => one.id === id);
    if (hook === undefined) {
      throw new GafferError('webhook_not_found', `no webhook has the id "${id}"; GET /webhooks lists them`);
    }
    return hook;
  }

  #begin({ id, event, url, secret }: StoredWebhook, place: string | undefined): Hook {
    const hook: Hook = { id, event, url, secret, place, pattern: new EventPattern(event), tally: newTally() };
    this.#webhooks.add(hook);
    this.#places.begin(hook);
    return hook;
  }

  #end(hook: Hook): void {
    this.#webhooks.remove(hook);
    this.#places.end(hook);
  }
}

/** Two hooks with the same would be one. */
function keyOf({ event, url }: Pick<Hook, 'event' | 'url'>): string {
  return `${event} ${url}`;
}

function infoOf({ id, event, url, place, secret, tally }: Hook): WebhookInfo {
  const { sent, failed, dropped, retried, waiting, lastStatus, lastError, lastErrorMs, lastSuccessMs } = tally;
  return {
    id,
    event,
    url: shownUrl(url),
    source: place === undefined ? 'api' : 'ini',
    has_secret: secret !== undefined,
    ...{ sent, failed, dropped, retried, waiting },
    last_status: lastStatus ?? null,
    last_error: lastError ?? null,
    last_error_time: secondsOf(lastErrorMs),
    last_success_time: secondsOf(lastSuccessMs),
  };
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
