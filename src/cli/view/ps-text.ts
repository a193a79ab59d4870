import { harmlessLine } from '../../finding.ts';
import type { JobOverview, ProcessOverview } from '../../job/info.ts';
import { parseJobName } from '../../job/name.ts';
import { formatDuration } from '../../output/event-text.ts';

/** What a list of jobs is made with. */
export interface PsOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Marks a job's first line, a job that does not run as it should, and what is less important. */
  readonly paint: { title(text: string): string; trouble(text: string): string; aside(text: string): string };
}

/** A job, and the node that runs it where there are several. */
export interface PlacedJob extends JobOverview {
  readonly node?: string;
}

/** Jobs and their processes for people, a paragraph each. What several nodes run alike is one job, with the node before each line. */
export function psText(jobs: readonly PlacedJob[], options: PsOptions): string {
  const alike = new Map<string, [PlacedJob, ...PlacedJob[]]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.name, job.cmd]);
    const others = alike.get(key);
    if (others === undefined) {
      alike.set(key, [job]);
    } else {
      others.push(job);
    }
  }
  return [...alike.values()].map((same) => jobText(same, options)).join('\n\n');
}

function jobText(jobs: readonly [PlacedJob, ...PlacedJob[]], options: PsOptions): string {
  const { paint } = options;
  const [{ name: fullName, cmd }] = jobs;
  const name = harmlessLine(parseJobName(fullName).job);
  const states = jobs.flatMap((job) => {
    const state = stateText(job);
    return state === undefined ? [] : [job.node === undefined ? state : `${job.node}: ${state}`];
  });
  const title = `${paint.title(`=== ${name}:`)} \`${oneLine(cmd)}\`${states.length === 0 ? '' : ` ${paint.trouble(`(${states.join('; ')})`)}`}`;
  const processes = jobs.flatMap((job) => job.processes);
  const totals = `Total CPU: ${total(processes, 'cpu')} Total MEM: ${total(processes, 'mem')}`;
  return [title, totals, ...(processes.length === 0 ? [] : ['', ...processLines(name, jobs, options)])].join('\n');
}

/** A command as it can stand in a line: scripts have several, and what a terminal would take for its own is no text. */
function oneLine(command: string): string {
  return command.replaceAll(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ').trim();
}

/** What is to be said of a job that does not run as it should. */
export function stateText({ state, processes, max_processes }: JobOverview): string | undefined {
  const up = processes.filter((process) => !process.commited && !process.stopping).length;
  switch (state) {
    case 'started':
      return up === max_processes ? (max_processes === 0 ? '0 wanted' : undefined) : `${up} of ${max_processes} running`;
    case 'stopped':
      return 'stopped';
    case 'paused':
      return 'paused: it failed again and again';
    case 'given_up':
      return 'given up';
    case 'done':
      return 'done';
  }
}

function total(processes: readonly ProcessOverview[], member: 'cpu' | 'mem'): string {
  const values = processes.map((process) => process[member]).filter((value) => value !== 'N/A');
  return values.reduce((sum, value) => sum + value, 0).toFixed(2);
}

function processLines(name: string, jobs: readonly PlacedJob[], { nowMs, paint }: PsOptions): readonly string[] {
  const rows = jobs.flatMap((job) => [...job.processes].sort(bySlot).map((process) => cellsOf(name, job, process, nowMs)));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([node = '', head = '', ...rest]) => {
    const cells = rest.map((cell, index) => cell.padEnd(widths[index + 2] ?? 0)).join('  ');
    const place = node === '' ? '' : `${node.padEnd(widths[0] ?? 0)}  `;
    return `${place}${head.padEnd(widths[1] ?? 0)}  ${paint.aside(cells.trimEnd())}`;
  });
}

function cellsOf(job: string, { node = '' }: PlacedJob, process: ProcessOverview, nowMs: number): readonly string[] {
  const { slot, pid, os_pid, cpu, mem, mem_info1, restarts, commited, stopping, create_time } = process;
  const name = commited ? `${job} (committed)` : `${job}.${slot}`;
  const uptime = formatDuration(Math.max(0, nowMs - create_time * 1000));
  const details = [`pid ${pid}`, `os pid ${os_pid}`, `cpu ${percent(cpu)}`, `mem ${percent(mem)} ${mem_info1}`];
  const notes = [...(restarts > 0 ? [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`] : []), ...(stopping ? ['stopping'] : [])];
  return [node, `${name}: up for ${uptime}`, ...details, notes.join(', ')];
}

/** Committed processes have no slot and stand last. */
function bySlot(one: ProcessOverview, other: ProcessOverview): number {
  return Number(one.commited) - Number(other.commited) || one.slot - other.slot || one.pid - other.pid;
}

function percent(value: number | 'N/A'): string {
  return value === 'N/A' ? value : `${value.toFixed(1)}%`;
}
