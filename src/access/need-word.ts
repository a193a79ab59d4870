import type { JobName } from '../job/name.ts';
import type { Need, Right, Target } from './permissions.ts';

/** What something needs, in words: `read job`, `manage all`, `admin`. Which job, session or process that is, a request says. */
export type NeedWord = FlagWord | `${Right} ${TargetWord}`;

type FlagWord = 'public' | 'key' | 'admin' | 'create_key' | 'create_user';
type TargetWord = 'all' | 'session' | 'job' | 'process';

/** What a request names. Each throws what is wrong with the name, or that there is no such process. */
export interface NamedTargets {
  session(): string;
  job(): JobName;
  /** The job of the process. */
  jobOfProcess(): Promise<JobName>;
}

/** What a request needs that is put in words. @throws GafferError what is wrong with the target */
export async function needOf(word: NeedWord, targets: NamedTargets): Promise<Need> {
  const [right, what] = word.split(' ') as [Right, TargetWord?];
  if (what === undefined) {
    return { kind: word as FlagWord };
  }
  return { kind: 'right', right, target: await targetOf(what, targets) };
}

async function targetOf(what: TargetWord, targets: NamedTargets): Promise<Target> {
  switch (what) {
    case 'all':
      return { kind: 'all' };
    case 'session':
      return { kind: 'session', session: targets.session() };
    case 'job':
      return { kind: 'job', job: targets.job() };
    case 'process':
      return { kind: 'job', job: await targets.jobOfProcess(), isUnnamed: true };
  }
}
