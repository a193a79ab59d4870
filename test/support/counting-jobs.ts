import type { GafferEvent } from '../../src/job/event.ts';
import type { FleetScripts } from './fleet.ts';
import { program } from './programs.ts';

/** The job whose processes write much when they are told to. */
export const BURST = 'burst';

/** Jobs whose processes never end. */
export const STEADY: readonly string[] = [...Array.from({ length: 17 }, (_, index) => `count${index}`), BURST];

/** Jobs whose processes end by themselves. */
export const BRIEF: readonly string[] = ['brief0', 'brief1'];

/** How many processes each has. */
export const INSTANCES = 5;

/** After how many lines those of brief jobs end, and those of a fleet's job `two`. */
const BRIEF_LINES = 4;
const TWO_LINES = 2;

/** The code with which they end. */
const ENDED = 3;

/** A configuration of these jobs: 20 with 5 processes each. @param env what they need to count */
export function countingSections(env: Readonly<Record<string, string>>): readonly string[] {
  const section = (name: string, command: string): string[] => [
    `[process:${name}]`,
    `cmd = ${command}`,
    `numprocesses = ${INSTANCES}`,
    'flapping = none',
    'redirect_output = out',
    ...Object.entries({ ...env, FLEET_JOB: `default.${name}` }).map(([key, value]) => `env:${key} = ${value}`),
  ];
  return [
    ...STEADY.flatMap((name) => section(name, name === BURST ? program('count-bursts.sh') : program('count-ticks.sh', 0))),
    ...BRIEF.flatMap((name) => section(name, program('count-ticks.sh', BRIEF_LINES))),
  ];
}

/** What the jobs of a fleet run, so that all of them count. */
export function countingScripts(): FleetScripts {
  const count = program('count-ticks.sh');
  return { one: `exec ${count} 0`, two: `exec ${count} ${TWO_LINES}`, three: `sleep 1000 & exec ${count} 0` };
}

/** How many lines a process had written when it ended, where that is known: it has ended by itself. */
export function linesAtEnd(event: GafferEvent): number | undefined {
  if (event.type !== 'exit' || event.requested || event.exit.kind !== 'code' || event.exit.code !== ENDED) {
    return undefined;
  }
  return event.name.endsWith('.two') ? TWO_LINES : BRIEF_LINES;
}
