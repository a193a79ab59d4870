import type { ProcessEntry } from './process-stat.ts';

/**
 * Who belongs to a process that leads a session, as all do that a supervisor starts: whoever is in its session, also when
 * the one who started it has ended; and the sessions that were begun from there, as long as somebody in them has a parent
 * outside. A daemon that has left the session and whose parent has ended belongs to nobody that could be told.
 */
export class SessionTree {
  readonly #members = new Map<number, ProcessEntry[]>();
  readonly #begun = new Map<number, Set<number>>();

  constructor(entries: readonly ProcessEntry[]) {
    const sessions = new Map(entries.map(({ pid, session }) => [pid, session]));
    for (const entry of entries) {
      put(this.#members, entry.session, () => []).push(entry);
      const from = sessions.get(entry.parent);
      if (from !== undefined && from !== entry.session) {
        put(this.#begun, from, () => new Set<number>()).add(entry.session);
      }
    }
  }

  /** The processes of a session and of those that were begun from it, each once; those too that have ended and wait for their parent. */
  under(session: number): readonly ProcessEntry[] {
    // a set, and it grows while it is gone through: sessions can lie within each other both ways (fork, then setsid)
    const sessions = new Set([session]);
    for (const one of sessions) {
      for (const begun of this.#begun.get(one) ?? []) {
        sessions.add(begun);
      }
    }
    return [...sessions].flatMap((one) => this.#members.get(one) ?? []);
  }
}

function put<T>(map: Map<number, T>, key: number, empty: () => T): T {
  const there = map.get(key) ?? empty();
  map.set(key, there);
  return there;
}
