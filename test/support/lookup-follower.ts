import { expect } from 'vitest';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';

/** Knows what it was told of alone, and does not stand being told what it knows. */
export class LookupFollower {
  /** Pids by jobs, by nodes. */
  readonly nodes = new Map<string, Map<string, Set<number>>>();

  /** @throws AssertionError when the event can not follow those before */
  take(event: LookupEvent): void {
    switch (event.event) {
      case 'add_node':
        return;
      case 'identify':
        expect(this.nodes.has(event.name ?? '')).toBe(false);
        this.nodes.set(event.name ?? '', new Map());
        return;
      case 'remove_node':
        expect(this.nodes.get(event.name ?? '')?.size).toBe(0);
        this.nodes.delete(event.name ?? '');
        return;
      case 'add_job':
        expect(this.#jobs(event).has(event.job_name)).toBe(false);
        this.#jobs(event).set(event.job_name, new Set());
        return;
      case 'remove_job':
        expect(this.#jobs(event).get(event.job_name)?.size).toBe(0);
        this.#jobs(event).delete(event.job_name);
        return;
      case 'add_process':
        expect(this.#pids(event).has(event.pid)).toBe(false);
        this.#pids(event).add(event.pid);
        return;
      case 'remove_process':
        expect(this.#pids(event).delete(event.pid)).toBe(true);
    }
  }

  #jobs(event: Extract<LookupEvent, { job_name: string }>): Map<string, Set<number>> {
    const jobs = this.nodes.get(event.node.name ?? '');
    expect(jobs).toBeDefined();
    return jobs!;
  }

  #pids(event: Extract<LookupEvent, { pid: number }>): Set<number> {
    const pids = this.#jobs(event).get(event.job_name);
    expect(pids).toBeDefined();
    return pids!;
  }
}
