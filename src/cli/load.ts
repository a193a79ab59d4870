import { GafferError } from '../errors.ts';
import { parseFormation } from '../procfile/formation.ts';
import { DEFAULT_BASE, STEP } from '../procfile/port.ts';
import type { Connection } from './connection.ts';
import { type FileJob, type FileOptions, parseJobFile } from './job-file.ts';
import { choicesOf, type JobFlagValues, type ProjectFlagValues, printWarnings, projectOf } from './project-options.ts';
import { shortName } from './reading.ts';
import { doSteps } from './view/progress.ts';

/** The labels of stdout and stderr of a job that a Procfile stands for. */
const OUTPUTS = ['out', 'err'];

/** Names of processes that get a stdin, in the .env. */
const INPUT_VARIABLE = 'GAFFER_REDIRECT_INPUT';

/** The jobs that the Procfile stands for. @param endpoint of the node that they are for @throws GafferError */
export async function jobsOfProcfile(
  flags: ProjectFlagValues & JobFlagValues & { readonly app: string },
  endpoint: string,
): Promise<readonly FileJob[]> {
  const project = projectOf(flags);
  const [{ expectRunnable }, { jobsOf }] = await Promise.all([import('../local/project.ts'), import('../local/jobs.ts')]);
  printWarnings(project.findings);
  expectRunnable(project);
  const inputs = (project.env[INPUT_VARIABLE] ?? '').split(/[\s,]+/);
  const shell = flags['env-precedence'] === 'shell' ? valuesOfShell(Object.keys(project.env)) : {};
  return jobsOf(project, { ...choicesOf(flags), defaultPort: defaultPort(endpoint) }).map((job) => ({
    name: { session: flags.app, job: job.name },
    config: {
      ...job,
      env: { ...job.env, ...shell },
      redirect_output: project.settings.get(job.name)?.redirect_output ?? OUTPUTS,
      ...(inputs.includes(job.name) && { redirect_input: true }),
    },
  }));
}

/** The first process would get the port that gafferd itself has by default: there the ports begin one step later. */
function defaultPort(endpoint: string): number {
  return endpoint.endsWith(`:${DEFAULT_BASE}`) ? DEFAULT_BASE + STEP : DEFAULT_BASE;
}

/** The node has another shell's environment: what wins over the .env has to be sent along. */
function valuesOfShell(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** The jobs in a file, as many of each as the command line says. @throws GafferError */
export function jobsOfFile(content: string, options: FileOptions, concurrency: readonly string[] = []): readonly FileJob[] {
  const jobs = parseJobFile(content, options);
  const formation = parseFormation(
    concurrency,
    jobs.map(({ name }) => name.job),
  );
  return jobs.map(({ name, config }) => {
    const numprocesses = formation.requestedFor(name.job);
    return { name, config: numprocesses === undefined ? config : { ...config, numprocesses } };
  });
}

/** What is loaded. */
export interface LoadOptions {
  readonly jobs: readonly FileJob[];
  readonly start: boolean;
  /** Where the jobs are from; undefined for the Procfile. */
  readonly file: string | undefined;
}

/** Loads jobs, those of the lowest priority first; resolves with the exit code. */
export async function loadJobs(connection: Connection, { jobs, start, file }: LoadOptions): Promise<number> {
  const { node, app } = connection;
  let loaded = 0;
  const steps = jobs.map(({ name, config }) => ({
    title: `Loading ${shortName(name, app)}`,
    work: async (): Promise<string | undefined> => {
      const text = file === undefined ? name.job : `${name.session}.${name.job}`;
      await loadOne(connection, text, { name, config: start ? config : { ...config, start: false } });
      loaded += 1;
      return file === undefined ? undefined : `'${text}' has been loaded in ${node.endpoint}`;
    },
  }));
  const ok = await doSteps(inOrder(steps, jobs));
  if (loaded > 0) {
    process.stdout.write(file === undefined ? `==> '${app}' has been loaded in ${node.endpoint}\n` : `'${file}' has been loaded\n`);
  }
  return ok ? 0 : 1;
}

async function loadOne({ node }: Connection, text: string, { name, config }: FileJob): Promise<void> {
  try {
    await node.load(name.session, config);
  } catch (error) {
    if (!(error instanceof GafferError)) {
      throw error;
    }
    if (error.code === 'job_exists') {
      throw new GafferError('job_exists', `'${text}' already loaded; unload it first to change it`, { cause: error });
    }
    if (error.code === 'bad_request' || error.code === 'invalid_config') {
      throw new GafferError('invalid_config', `'${text}' could not be loaded: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** By priority; of one priority as they stand in the file. */
function inOrder<T>(steps: readonly T[], jobs: readonly FileJob[]): readonly T[] {
  const priority = ({ config }: FileJob): number => config.priority ?? Number.MAX_SAFE_INTEGER;
  return steps
    .map((step, index) => ({ step, priority: priority(jobs[index] as FileJob) }))
    .sort((a, b) => a.priority - b.priority)
    .map(({ step }) => step);
}
