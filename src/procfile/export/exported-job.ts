import type { JobConfig } from '../../job/config.ts';
import { expectProcess } from '../select.ts';

/** What is exported, and how much of it. */
export interface ExportOptions {
  /** The application: the session of its jobs. */
  readonly app: string;
  /** All jobs of the Procfile, in file order. */
  readonly jobs: readonly JobConfig[];
  /** What `gaffer.ini` adds, by process name. */
  readonly settings?: ReadonlyMap<string, Partial<JobConfig>>;
  /** Every member that a job has, also those that belong to this machine: folder, environment, ports. */
  readonly full?: boolean;
  /** This job alone. */
  readonly only?: string;
}

/** One job, and its members that an export shows. */
export interface ExportedJob {
  readonly config: JobConfig;
  /** Beyond name, command, arguments, environment and number of processes. */
  readonly further: Partial<JobConfig>;
  /** The environment without the values of the `.env` file, unless the export is a full one. */
  readonly env: Readonly<Record<string, string>>;
  /** Its place in the start order, as far as it has to be told. */
  readonly priority: number | undefined;
}

const BASIC: readonly string[] = ['name', 'cmd', 'args', 'env', 'numprocesses', 'priority', 'start', 'group', 'custom_channels'];

/**
 * Decides which jobs and members an export shows.
 * @throws GafferError `bad_usage` when there is no job named `only`
 */
export function exportedJobs({ jobs, settings, full = false, only }: ExportOptions): readonly ExportedJob[] {
  if (only !== undefined) {
    expectProcess(
      only,
      jobs.map((job) => job.name),
    );
  }
  const hasOrder = jobs.some((job) => typeof job.priority === 'number');
  return jobs.flatMap((config, index) => {
    if (only !== undefined && config.name !== only) {
      return [];
    }
    const added = settings?.get(config.name) ?? {};
    const isNeeded = (member: string): boolean =>
      full || member === 'shell' || (member === 'port' && namesPort(config)) || Object.hasOwn(added, member);
    const further = Object.entries(config).filter(
      ([member, value]) => !BASIC.includes(member) && value !== undefined && value !== null && isNeeded(member),
    );
    const priority = hasOrder ? (config.priority ?? undefined) : index;
    const env = (full ? config.env : added.env) ?? {};
    return [{ config, further: Object.fromEntries(further), env, priority }];
  });
}

/** Whether the command itself needs PORT. */
function namesPort({ cmd, args }: JobConfig): boolean {
  const words = typeof args === 'string' ? [args] : (args ?? []);
  return [cmd, ...words].some((word) => /\$\{?PORT\b/.test(word));
}
