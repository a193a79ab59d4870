import { harmlessLine } from '../../finding.ts';
import { clockTime } from '../../output/line-format.ts';
import type { LocatedJob, LocatedSession } from '../../protocol/lookup-answer.ts';
import type { LookupEvent, LookupNode, LookupSource } from '../../protocol/lookup-event.ts';

/** Puts what stands above others into colour, or leaves it as it is. */
export type TitlePaint = (text: string) => string;

/** The nodes, a line each. */
export function nodesText(nodes: readonly LookupNode[]): string {
  const lines = nodes.map(({ name, origin, version }) => `${shown(origin)} - ${shown(name)} (protocol: ${shown(version)})\n`);
  return `${nodes.length} node(s) found\n\n${lines.join('')}`;
}

/** Jobs, each with the nodes that run it. */
export function jobsText(jobs: readonly LocatedJob[], title: TitlePaint): string {
  const blocks = jobs.map(({ name, sources }) => `${title(`=== ${shown(name)}`)}\n${sourceLines(sources)}\n`);
  return `${jobs.length} job(s) found\n\n${blocks.join('')}`;
}

/** Sessions, each with its jobs. */
export function sessionsText(sessions: readonly LocatedSession[], title: TitlePaint): string {
  const blocks = sessions.map(({ sessionid, jobs }) => {
    const own = Object.entries(jobs).map(([name, sources]) => `${title(`=== job: ${shown(name)}`)}\n${sourceLines(sources)}\n`);
    return `${title(`*** session: ${shown(sessionid)}`)}\n\n${own.join('')}`;
  });
  return `${sessions.length} session(s) found\n\n${blocks.join('')}`;
}

/** Where a job runs, and as which processes. */
export function sourcesText(sources: readonly LookupSource[], title: TitlePaint): string {
  const blocks = sources.map(
    ({ node_info: { name, origin, version }, pids }) =>
      `${title(`=== ${shown(name)} (Protocol: ${shown(version)})`)}\nOrigin: ${shown(origin)}\nPids: ${pids.join(',')}\n\n`,
  );
  return sources.length === 0 ? 'no job found\n' : blocks.join('');
}

/** A change, at the time of day when it was told; the words are the original's, also the misspelt one: scripts look for it. */
export function lookupEventLine(event: LookupEvent, time: Date): string {
  return `${clockTime(time)} ${event.event} | ${whatOf(event)}\n`;
}

function whatOf(event: LookupEvent): string {
  switch (event.event) {
    case 'add_node':
      return 'add node';
    case 'identify':
      return `${shown(event.name)}: ${shown(event.origin)}`;
    case 'remove_node':
      return `${shown(event.name)}: node ${shown(event.origin)}`;
    case 'add_job':
      return `load ${shown(event.job_name)} in ${shown(event.node.origin)}`;
    case 'remove_job':
      return `unload ${shown(event.job_name)} in ${shown(event.node.origin)}`;
    case 'add_process':
      return `${shown(event.job_name)}: process id ${event.pid} spanwned on ${shown(event.node.origin)}`;
    case 'remove_process':
      return `${shown(event.job_name)}: process ${event.pid} exited on ${shown(event.node.origin)}`;
  }
}

function sourceLines(sources: readonly LookupSource[]): string {
  return sources.map(({ node_info: { name, origin, version } }) => `${shown(origin)} - name: ${shown(name)}, protocol: ${shown(version)}\n`).join('');
}

/** What a lookupd has told, which it was told by others; `?` for what it was not told. */
function shown(text: string | null): string {
  return text === null ? '?' : harmlessLine(text);
}
