import { join } from 'node:path';
import type { TestMachine } from './machine.ts';
import { processesWith } from './processes.ts';

/** The keepers of a machine that run, by their pids. */
export function keepers(machine: TestMachine): number[] {
  return processesWith(join(machine.state, 'run/keeper'))
    .filter(({ command }) => /keeper/.test(command))
    .map(({ pid }) => pid);
}
