import type { JobOverview, JobState, ProcessOverview } from '../../job/info.ts';
import type { JobTally, SlotTally } from './job-tally.ts';
import { type Sample, type Series, series } from './series.ts';

/** A job that is loaded: how it is, and what has come together. */
export interface MeasuredJob {
  readonly overview: JobOverview;
  readonly tally: JobTally;
}

/** A slot of a job, and who is there: one process at the most, but in 0, and while one ends and the next has begun. */
interface Slot {
  readonly tally: SlotTally;
  readonly processes: readonly ProcessOverview[];
}

/** Every state is told, also when no job is in it. */
const NO_JOBS: Readonly<Record<JobState, number>> = { started: 0, stopped: 0, paused: 0, given_up: 0, done: 0 };

/** What is told of jobs and their processes. */
export function jobSeries(jobs: readonly MeasuredJob[]): readonly Series[] {
  const states = { ...NO_JOBS };
  for (const { overview } of jobs) {
    states[overview.state] += 1;
  }
  const slots = jobs.flatMap(slotsOf);
  const each = (value: (job: MeasuredJob) => number): readonly Sample[] => jobs.map((job) => ({ labels: job.tally.labels, value: value(job) }));
  const perSlot = (value: (slot: Slot) => number): readonly Sample[] => slots.map((slot) => ({ labels: slot.tally.labels, value: value(slot) }));
  const exits = jobs.flatMap(({ tally }) => tally.exits.map(({ labels, count }) => ({ labels, value: count })));
  return [
    series('gauge', 'gaffer_jobs', 'Jobs that are loaded, by what they are doing', inEach('state', states)),
    series(
      'gauge',
      'gaffer_job_state',
      'What a job is doing; 1 for the state it is in',
      jobs.map(({ tally, overview }) => ({ labels: { ...tally.labels, state: overview.state }, value: 1 })),
    ),
    series(
      'gauge',
      'gaffer_job_processes_running',
      'Processes of a job, supervised and committed',
      each(({ overview }) => overview.running),
    ),
    series(
      'gauge',
      'gaffer_job_processes_wanted',
      'Supervised processes that a job should have',
      each(({ overview }) => overview.max_processes),
    ),
    series(
      'counter',
      'gaffer_job_spawns_total',
      'Processes of a job that were started',
      each(({ tally }) => tally.spawns),
    ),
    series(
      'counter',
      'gaffer_job_restarts_total',
      'Processes of a job that were started in the place of one before',
      each(({ tally }) => tally.restarts),
    ),
    series('counter', 'gaffer_job_exits_total', 'Processes of a job that have ended, by how, and whether they were told to', exits),
    series(
      'counter',
      'gaffer_job_flaps_total',
      'Pauses of a job because its processes failed too often',
      each(({ tally }) => tally.flaps),
    ),
    series(
      'counter',
      'gaffer_job_give_ups_total',
      'Times that a job was left down because its processes failed too often',
      each(({ tally }) => tally.giveUps),
    ),
    series(
      'counter',
      'gaffer_job_cpu_seconds_total',
      'CPU time that the processes of a job have used, with all that they have started',
      each(({ tally }) => hundredths(tally.cpuSeconds)),
    ),
    series(
      'gauge',
      'gaffer_job_resident_memory_bytes',
      'Memory of the processes of a job and all that they have started',
      each(({ overview }) => memoryOf(overview.processes)),
    ),
    series(
      'counter',
      'gaffer_process_cpu_seconds_total',
      'CPU time used in a slot of a job; slot 0: outside supervision',
      perSlot(({ tally }) => hundredths(tally.cpuSeconds)),
    ),
    series(
      'gauge',
      'gaffer_process_resident_memory_bytes',
      'Memory used in a slot of a job; slot 0: outside supervision',
      perSlot(({ processes }) => memoryOf(processes)),
    ),
  ];
}

/** A sample for each member of a record. */
export function inEach(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function slotsOf({ overview, tally }: MeasuredJob): readonly Slot[] {
  const bySlot = new Map<number, ProcessOverview[]>();
  for (const process of overview.processes) {
    bySlot.set(process.slot, [...(bySlot.get(process.slot) ?? []), process]);
  }
  return [...bySlot].map(([number, processes]) => ({ tally: tally.slot(number), processes }));
}

function memoryOf(processes: readonly ProcessOverview[]): number {
  return processes.reduce((sum, { rss }) => sum + (rss ?? 0), 0);
}

/** The system counts CPU time in hundredths; sums of such numbers have a long tail. */
function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
