import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** What gafferd itself has open, with some clients. */
const OWN = 200;

/** What a process of a job has open in gafferd: its output, its input, streams of its own, and what starting it takes. */
const EACH = 6;

const say = diagnosesOf('gaffer');

/** Judges how many files may be open at once. @param limit undefined where that can't be told, Infinity without one */
export function checkOpenFiles(limit: number | undefined, processes: number): readonly Diagnosis[] {
  if (limit === undefined) {
    return [];
  }
  const needed = OWN + EACH * processes;
  const jobs = processes === 0 ? 'jobs' : `${processes} ${processes === 1 ? 'process' : 'processes'} of the configuration`;
  return [
    limit < needed
      ? say.warning(
          'open-files',
          `${limit} files may be open at once, and the ${jobs} may need ${needed}`,
          `ulimit -n ${needed * 2} before gafferd, or LimitNOFILE=${needed * 2} of systemd`,
        )
      : say.ok('open-files', `${limit === Number.POSITIVE_INFINITY ? 'any number of' : limit} files may be open at once`),
  ];
}
