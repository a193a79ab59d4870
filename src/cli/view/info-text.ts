import { harmlessText } from '../../finding.ts';
import type { JobInfo } from '../../job/info.ts';

/** A job for people, a line for each thing that is to be known. */
export function jobInfoText({ name, active, running, max_processes, processes, state, config }: JobInfo): string {
  const head = infoText({ active, running, num_processes: max_processes });
  return [head, `pids: ${processes.join(',')}`, infoText({ state, name: undefined, ...{ job: name }, ...withoutName(config) })].join('\n');
}

function withoutName({ name: _, ...config }: JobInfo['config']): Readonly<Record<string, unknown>> {
  return { ...config };
}

/** Members and their values, a line each; what has not one value is written as JSON. */
export function infoText(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([member, value]) => harmlessText(`${member}: ${shown(value)}`))
    .join('\n');
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  return typeof value === 'string' ? value : value === null ? 'None' : JSON.stringify(value);
}
