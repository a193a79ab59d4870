import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** What gaffer finds on a machine. */
export interface PartsFacts {
  readonly platform: string;
  readonly isRoot: boolean;
  /** Whether a job has a user of its own. */
  readonly changesUser: boolean;
  /** Why libsql can't be loaded; undefined when it can. */
  readonly libsqlTrouble: string | undefined;
  readonly hasSetpriv: boolean;
  readonly hasMkfifo: boolean;
  readonly hasProc: boolean;
}

const say = diagnosesOf('gaffer');

/** Judges what of the system and of optional packages is there. */
export function checkParts({ platform, isRoot, changesUser, libsqlTrouble, hasSetpriv, hasMkfifo, hasProc }: PartsFacts): readonly Diagnosis[] {
  const isLinux = platform === 'linux';
  return [
    libsqlTrouble === undefined
      ? say.ok('libsql', 'libsql can be loaded: gafferd can keep its state')
      : say.problem('libsql', `gafferd can't start without libsql: ${libsqlTrouble}`, 'npm install libsql'),
    ...(isLinux ? [] : [say.advice('platform', `gaffer was tried on Linux, and hardly on ${platform}`)]),
    ...(isLinux && isRoot ? [setpriv(hasSetpriv, changesUser)] : []),
    ...(isLinux && !hasMkfifo
      ? [say.advice('mkfifo', 'without mkfifo stdout and stderr of a job are not kept in their order', 'install coreutils')]
      : []),
    ...(isLinux && !hasProc
      ? [
          say.warning(
            'proc',
            '/proc is not there: what a killed gafferd has left is not found, and statistics are missing',
            'mount -t proc proc /proc',
          ),
        ]
      : []),
  ];
}

function setpriv(isThere: boolean, isNeeded: boolean): Diagnosis {
  if (isThere) {
    return say.ok('setpriv', 'setpriv is there: jobs can run as other users');
  }
  const text = 'setpriv is not there: jobs with a uid do not start';
  return isNeeded ? say.problem('setpriv', text, 'install util-linux') : say.advice('setpriv', text, 'install util-linux');
}
