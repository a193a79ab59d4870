import { type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Callback = Parameters<LookupFunction>[2];

/** How a name is looked up: as `dns.lookup` does it. */
export type Lookup = (hostname: string, options: LookupOptions, callback: Callback) => void;

/**
 * Looks up the addresses of names, each name once at a time. Where the servers for names are silent the system asks for ten seconds and
 * more, in one of few threads: tries that were given up would wait there in a queue that grows.
 */
export function sharedLookup(ask: Lookup = lookup): LookupFunction {
  const waiting = new Map<string, Callback[]>();
  return (hostname, options, callback) => {
    const question = JSON.stringify([hostname, options]);
    const others = waiting.get(question);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    waiting.set(question, [callback]);
    ask(hostname, options, (...answer) => {
      const callbacks = waiting.get(question) ?? [];
      waiting.delete(question);
      for (const each of callbacks) {
        each(...answer);
      }
    });
  };
}
