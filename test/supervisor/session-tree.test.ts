import { describe, expect, it } from 'vitest';
import type { ProcessEntry } from '../../src/supervisor/process-stat.ts';
import { SessionTree } from '../../src/supervisor/session-tree.ts';
import { processEntry as entry } from '../support/process-entry.ts';

const GAFFERD = entry(10);
const WEB = entry(20, { parent: 10 });
const OTHER = entry(30, { parent: 10 });

/** The pids of who belongs to `WEB`, when these are there too. */
function under(...others: readonly ProcessEntry[]): number[] {
  return new SessionTree([GAFFERD, WEB, OTHER, ...others]).under(20).map(({ pid }) => pid);
}

describe('to a process belong', () => {
  it('itself, and what has its session, whoever its parent is now', () => {
    expect(under()).toEqual([20]);
    expect(under(entry(21, { session: 20, parent: 20 }), entry(22, { session: 20, parent: 1 }), entry(31, { session: 30, parent: 30 }))).toEqual([
      20, 21, 22,
    ]);
  });

  it('sessions that were begun from it, from those too, and all who are in them', () => {
    const begun = entry(23, { parent: 20 });
    expect(under(begun, entry(24, { session: 23, parent: 1 }), entry(25, { parent: 24 }), entry(26, { session: 25, parent: 25 }))).toEqual([
      20, 23, 24, 25, 26,
    ]);
  });

  it('no session whose beginner has ended: nobody can tell any more whose it was', () => {
    expect(under(entry(23, { parent: 1 }), entry(24, { session: 23, parent: 23 }))).toEqual([20]);
  });

  it('who has ended and waits for its parent', () => {
    expect(under(entry(21, { session: 20, parent: 20, state: 'Z' }))).toEqual([20, 21]);
  });

  it('each once, where two of its sessions have begun a third', () => {
    const [first, second] = [entry(23, { parent: 20 }), entry(24, { parent: 20 })];
    expect(under(first, second, entry(25, { parent: 23 }), entry(26, { session: 25, parent: 24 }))).toEqual([20, 23, 24, 25, 26]);
  });

  it('each once, where one has left the session after it had children: then two sessions lie within each other', () => {
    expect(under(entry(21, { session: 21, parent: 20 }), entry(22, { session: 20, parent: 21 }))).toEqual([20, 22, 21]);
  });

  it('nobody where nobody is', () => {
    expect(new SessionTree([GAFFERD, WEB]).under(99)).toEqual([]);
  });
});
