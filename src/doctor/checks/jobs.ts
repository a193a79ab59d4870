import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, type Owner } from './path-check.ts';

/** A job of the configuration, and what it executes. */
export interface JobFacts {
  readonly name: string;
  /** Where it is written. */
  readonly place: string;
  /** Who it runs as; undefined where that user is not known here. */
  readonly uid: number | undefined;
  /** Its programs, and files that its command names. */
  readonly files: readonly PathRights[];
}

const say = diagnosesOf('jobs');

/** How many are named one by one. */
const SOME = 5;

/** Judges whom jobs run as, and who can change what they execute. */
export function checkJobs(jobs: readonly JobFacts[], owner: Owner): readonly Diagnosis[] {
  const asRoot = jobs.filter(({ uid }) => uid === 0).map(({ name }) => name);
  const some = asRoot.length > SOME ? `${asRoot.slice(0, SOME).join(', ')} and ${asRoot.length - SOME} more` : asRoot.join(', ');
  return [
    ...(asRoot.length > 0
      ? [
          say.advice(
            'root-jobs',
            `${asRoot.length} ${asRoot.length === 1 ? 'job runs' : 'jobs run'} as root: ${some}`,
            'give those a uid that do not need it, or gafferd a --user where none does',
          ),
        ]
      : []),
    ...jobs
      .filter(({ uid }) => uid === undefined)
      .map(({ name, place }) => say.problem('job-user', `${place}: ${name} is to run as a user whom this machine does not know`)),
    ...jobs.flatMap(({ name, uid, files }) => checkFiles(name, uid ?? owner.uid, { files, owner })),
  ];
}

function checkFiles(
  job: string,
  uid: number,
  { files, owner }: { readonly files: readonly PathRights[]; readonly owner: Owner },
): readonly Diagnosis[] {
  const so = `and so have ${job} run it${uid === 0 ? ' as root' : ''}`;
  return files.flatMap((rights) => checkChanges({ area: 'jobs', id: 'job-file', rights, owner: { uid, others: [owner.uid] } }, so).slice(0, 1));
}
