import type { TlsOptions } from 'node:tls';
import type { LookupdBook } from '../../api/lookupd-book.ts';
import { messageOf } from '../../errors.ts';
import { formatJobName } from '../../job/name.ts';
import type { GafferNode } from '../../job/node.ts';
import type { LookupdInfo } from '../../protocol/lookupd-info.ts';
import { type Clock, systemClock } from '../../supervisor/clock.ts';
import type { LookupdSettings } from '../config/lookupd-settings.ts';
import { type TlsSettings, tlsOptionsOf } from '../config/tls-settings.ts';
import type { Log } from '../log.ts';
import type { NodeIdentity } from './conversation.ts';
import { doubtsAbout } from './doubts.ts';
import { machineName } from './host-name.ts';
import { Inventory } from './inventory.ts';
import { LookupJournal } from './journal.ts';
import type { OpenLink } from './link.ts';
import { originOf } from './origin.ts';
import { type RegistrationTimes, timesOf } from './pauses.ts';
import { Registration } from './registration.ts';
import { sharedLookup } from './shared-lookup.ts';
import { WebSocketLink, type WebSocketTarget } from './web-socket-link.ts';

/** What registrations are made with. */
export interface RegistrationsOptions {
  readonly log: Pick<Log, 'info' | 'warning'>;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** From 0 up to 1. Default: really random. */
  readonly random?: () => number;
  /** A number that grows with each run of the node, whatever the time is. Default: the time. @throws GafferError when it can't be kept */
  readonly nextGeneration?: (nowMs: number) => number;
  /** Default: what the machine is called. */
  readonly hostName?: string;
  /** Default: by WebSocket. */
  readonly openLink?: (target: WebSocketTarget) => OpenLink;
}

/** The lookupd servers that a node registers with: each by itself, so that none is in the way of another. */
export class Registrations implements LookupdBook {
  readonly #options: Required<Omit<RegistrationsOptions, 'hostName'>>;
  readonly #hostName: string | undefined;
  readonly #inventory = new Inventory();
  readonly #lookup = sharedLookup();
  /** Which run of the node this is; undefined while nobody had to be told. */
  #generation: number | undefined;
  /** By everything that they are made of. */
  #registrations: ReadonlyMap<string, Registration> = new Map();

  /** @param node with nothing loaded yet, or see {@link resume} */
  constructor(
    node: Pick<GafferNode, 'onEvent'>,
    {
      clock = systemClock,
      random = Math.random,
      openLink = (target) => (listener) => new WebSocketLink(target, listener),
      nextGeneration = (nowMs) => nowMs,
      hostName,
      log,
    }: RegistrationsOptions,
  ) {
    this.#options = { clock, random, openLink, nextGeneration, log };
    this.#hostName = hostName;
    node.onEvent((event) => {
      const job = this.#inventory.note(event);
      for (const registration of job === undefined ? [] : this.#registrations.values()) {
        registration.note(job as string);
      }
    });
  }

  /** Takes over what the node has from a predecessor. Call it before anything happens there. */
  async resume(node: Pick<GafferNode, 'followEvents' | 'jobs' | 'jobInfo'>): Promise<void> {
    const { from, end } = await node.followEvents(undefined, () => undefined);
    end();
    const names = await node.jobs();
    const jobs = await Promise.all(names.map(async (name) => [formatJobName(name), new Set((await node.jobInfo(name)).processes)] as const));
    this.#inventory.resume({ jobs: new Map(jobs), seq: from.seq });
  }

  /**
   * Goes over to other settings: what is as it was goes on, and where it waits it tries at once.
   * @param urls where the node listens
   */
  configure(settings: LookupdSettings, urls: readonly string[]): void {
    if (settings.addresses.length === 0 && this.#registrations.size === 0) {
      return;
    }
    const hostName = this.#hostName ?? machineName();
    const name = settings.nodeName ?? hostName;
    const origin = originOf(urls, hostName);
    for (const doubt of doubtsAbout(settings, origin)) {
      this.#options.log.warning(doubt);
    }
    const generation = (this.#generation ??= this.#beginGeneration());
    const before = new Map(this.#registrations);
    const after = new Map<string, Registration>();
    for (const address of settings.addresses) {
      const identity = { name, origin: settings.broadcastAddress ?? origin.text, generation };
      const { key, tls, heartbeatMs } = settings;
      const all = JSON.stringify([address, identity, key, tls, heartbeatMs]);
      const stays = before.get(all);
      before.delete(all);
      stays?.hurry();
      after.set(all, stays ?? this.#begin({ address, key, tls: () => clientTlsOf(tls), lookup: this.#lookup }, identity, timesOf(heartbeatMs)));
    }
    this.#registrations = after;
    for (const gone of before.values()) {
      void gone.close();
    }
  }

  list(): readonly LookupdInfo[] {
    return [...this.#registrations.values()].map(({ info }) => info);
  }

  /** Has every lookupd forget the node. */
  async close(): Promise<void> {
    const all = [...this.#registrations.values()];
    this.#registrations = new Map();
    await Promise.all(all.map((registration) => registration.close()));
  }

  /** Without a place to keep it, the time has to do. */
  #beginGeneration(): number {
    const { clock, nextGeneration, log } = this.#options;
    const nowMs = clock.wallTime();
    try {
      return nextGeneration(nowMs);
    } catch (error) {
      log.warning(`that this is a new run is told lookupd by the time alone, which takes a minute where the clock was set back: ${messageOf(error)}`);
      return nowMs;
    }
  }

  #begin(target: WebSocketTarget, identity: NodeIdentity, times: RegistrationTimes): Registration {
    const { clock, random, openLink, log } = this.#options;
    const { address } = target;
    const journal = new LookupJournal(address, log, clock);
    return new Registration({ address, identity, inventory: this.#inventory, openLink: openLink(target), journal, clock, random, times });
  }
}

/** What a client says with TLS; whoever does not want to look at certificates has to say so. @throws GafferError `io_failed` */
export function clientTlsOf(settings: TlsSettings | undefined): TlsOptions {
  if (settings === undefined) {
    return {};
  }
  const { requestCert: _, ...options } = tlsOptionsOf(settings);
  return { ...options, rejectUnauthorized: settings.peerCertificate !== 'none' };
}
