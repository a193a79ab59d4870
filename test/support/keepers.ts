import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestMachine } from './machine.ts';
import { runs } from './processes.ts';

/** The pid of the keeper of a machine's gafferd; undefined when none runs. */
export function keeperOf(machine: TestMachine): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(machine.state, 'run/keeper/keeper.json'), 'utf8')) as { readonly pid: number };
    return runs(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}
