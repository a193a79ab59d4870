import { parseJobName } from '../../job/name.ts';
import type { LocatedJob } from '../../protocol/lookup-answer.ts';
import { type LookupCommandValues, onLookups } from '../lookup-options.ts';
import type { Known } from './known.ts';
import type { Source } from './wanted.ts';

/** Asks lookupds for names: jobs are told with the nodes that have them. @throws GafferError where none can be asked */
export async function askLookupds(sources: ReadonlySet<Source>, place: LookupCommandValues, app: string): Promise<Partial<Known>> {
  return await onLookups(place, async (lookups) => {
    const jobs = sources.has('jobs') ? (await lookups.jobs()).answer : [];
    const nodes = sources.has('nodes') ? (await lookups.nodes()).answer : [];
    return { app, jobs: jobs.map(knownJob), nodes: nodes.flatMap(({ name, origin }) => (name === null ? [] : [{ name, about: origin ?? '' }])) };
  });
}

function knownJob({ name, sources }: LocatedJob): Known['jobs'][number] {
  return { ...parseJobName(name), about: `on ${sources.map((source) => source.name).join(', ')}`, processes: [] };
}
