import type { RemoteNode } from '../../client/remote-node.ts';
import { GafferError } from '../../errors.ts';
import { harmlessLine } from '../../finding.ts';
import { formatJobName } from '../../job/name.ts';
import { tell } from '../accounts.ts';
import { complain } from '../complain.ts';
import { type FileJob, parseJobFile } from '../job-file.ts';
import { isLoss } from '../lasting.ts';
import { nameOf, newJobName } from './names.ts';
import { prelude } from './prelude.ts';

/** The jobs of a file, under the names that 0.4 could give them. @throws GafferError `invalid_config`, a line for everything that is wrong */
export function templatesIn(content: string, file: string): readonly FileJob[] {
  expectNamed(content, file);
  return parseJobFile(content, { file, app: '', isForced: false }).map(({ name, config }) => {
    const job = name.session === '' ? newJobName(name.job) : name;
    return { name: job, config: { ...config, name: job.job } };
  });
}

/** What is no JSON, or wrong in another way, is complained of where it is read. @throws GafferError `invalid_config`, in the words of 0.4 */
function expectNamed(content: string, file: string): void {
  const lacks = jobsIn(content).find((job) => job['name'] === undefined || job['cmd'] === undefined);
  if (lacks !== undefined) {
    throw new GafferError('invalid_config', `${file}: name or cmd properties are missing in ${JSON.stringify(lacks).slice(0, 100)}`);
  }
}

function jobsIn(content: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value = JSON.parse(content) as { readonly jobs?: unknown } | null;
    const jobs: readonly unknown[] = Array.isArray(value?.jobs) ? value.jobs : [value];
    return jobs.filter((job): job is Readonly<Record<string, unknown>> => typeof job === 'object' && job !== null && !Array.isArray(job));
  } catch {
    return [];
  }
}

interface LoadChoices {
  readonly start: boolean;
  readonly json: boolean;
}

/** Loads jobs, each whatever becomes of the others, and says so; resolves with whether all could be loaded. @throws GafferError when the node is not there */
export async function loadFileJobs(node: RemoteNode, jobs: readonly FileJob[], { start, json }: LoadChoices): Promise<boolean> {
  const processes: string[] = [];
  const failures: { readonly name: string; readonly error: GafferError }[] = [];
  for (const { name, config } of jobs) {
    try {
      await node.load(name.session, { ...config, start: start || config.start === true });
      processes.push(nameOf(name));
    } catch (error) {
      if (!(error instanceof GafferError) || isLoss(error)) {
        throw error;
      }
      failures.push({ name: formatJobName(name), error });
    }
  }
  const failed = failures.map(({ name, error }) => ({ name, error: error.word, message: error.message }));
  tell(json, { processes, failed }, processes.map(harmlessLine));
  for (const { error } of failures) {
    process.stderr.write(prelude(error));
    complain(error.message);
  }
  return failures.length === 0;
}
