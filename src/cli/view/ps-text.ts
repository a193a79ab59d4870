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

/** Jobs and their processes for people, a paragraph each. */
export function psText(jobs: readonly JobOverview[], options: PsOptions): string {
  return jobs.map((job) => jobText(job, options)).join('\n\n');
}

function jobText(job: JobOverview, options: PsOptions): string {
  const { paint } = options;
  const name = harmlessLine(parseJobName(job.name).job);
  const state = stateText(job);
  const title = `${paint.title(`=== ${name}:`)} \`${oneLine(job.cmd)}\`${state === undefined ? '' : ` ${paint.trouble(`(${state})`)}`}`;
  const totals = `Total CPU: ${total(job.processes, 'cpu')} Total MEM: ${total(job.processes, 'mem')}`;
  return [title, totals, ...(job.processes.length === 0 ? [] : ['', ...processLines(name, job.processes, options)])].join('\n');
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

function processLines(job: string, processes: readonly ProcessOverview[], { nowMs, paint }: PsOptions): readonly string[] {
  const rows = [...processes].sort(bySlot).map((process) => {
    const { slot, pid, os_pid, cpu, mem, mem_info1, restarts, commited, stopping, create_time } = process;
    const name = commited ? `${job} (committed)` : `${job}.${slot}`;
    const uptime = formatDuration(Math.max(0, nowMs - create_time * 1000));
    const details = [`pid ${pid}`, `os pid ${os_pid}`, `cpu ${percent(cpu)}`, `mem ${percent(mem)} ${mem_info1}`];
    const notes = [...(restarts > 0 ? [`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`] : []), ...(stopping ? ['stopping'] : [])];
    return [`${name}: up for ${uptime}`, ...details, notes.join(', ')];
  });
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([head = '', ...rest]) => {
    const cells = rest.map((cell, index) => cell.padEnd(widths[index + 1] ?? 0)).join('  ');
    return `${head.padEnd(widths[0] ?? 0)}  ${paint.aside(cells.trimEnd())}`;
  });
}

/** Committed processes have no slot and stand last. */
function bySlot(one: ProcessOverview, other: ProcessOverview): number {
  return Number(one.commited) - Number(other.commited) || one.slot - other.slot || one.pid - other.pid;
}

function percent(value: number | 'N/A'): string {
  return value === 'N/A' ? value : `${value.toFixed(1)}%`;
}
