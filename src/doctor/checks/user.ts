import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, checkReaders, type Owner } from './path-check.ts';

/** What gaffer keeps for a user. */
export interface UserFacts {
  /** The user's own configuration, with the keys of nodes. */
  readonly config: PathRights;
  /** How many keys are in it; undefined when it can't be read. */
  readonly keys: number | undefined;
  readonly configTrouble: string | undefined;
  /** `XDG_RUNTIME_DIR`, where it is set. */
  readonly runtimeDir: PathRights | undefined;
  /** Where sessions go without it. */
  readonly fallback: PathRights;
  /** Whether the key came with the command line. */
  readonly keyInWords: boolean;
}

const say = diagnosesOf('user');

/** Judges what a user keeps: keys that others could read, and the folder of sessions. */
export function checkUser(facts: UserFacts, owner: Owner): readonly Diagnosis[] {
  return [...checkUserConfig(facts, owner), ...checkRunFolder(facts, owner), ...checkWords(facts)];
}

function checkUserConfig({ config, keys, configTrouble }: UserFacts, owner: Owner): readonly Diagnosis[] {
  if (configTrouble !== undefined) {
    return [say.problem('user-config', configTrouble, `mend ${config.path}`)];
  }
  if (config.target === undefined) {
    return [];
  }
  const question = { area: 'user' as const, id: 'user-config', rights: config, owner };
  const count = keys === 1 ? 'the key' : `the ${keys ?? 0} keys`;
  const told = [
    ...checkChanges(question, 'and so have commands trust another node'),
    ...(keys === 0 || keys === undefined ? [] : checkReaders(question, `and so use ${count} in it`)),
  ];
  return told.length > 0 ? told : [say.ok('user-config', `${config.path} is this user's alone`)];
}

/** The folder in which `gaffer start` has its socket. */
function checkRunFolder({ runtimeDir, fallback }: UserFacts, owner: Owner): readonly Diagnosis[] {
  const isUsed = runtimeDir?.target?.kind === 'folder' && runtimeDir.target.uid === owner.uid;
  const rights = isUsed ? runtimeDir : fallback;
  const question = { area: 'user' as const, id: 'run-folder', rights, owner };
  const unused =
    runtimeDir === undefined || isUsed
      ? []
      : [
          say.advice(
            'runtime-dir',
            `XDG_RUNTIME_DIR (${runtimeDir.path}) is no folder of this user's, so sessions are kept in ${fallback.path}`,
            'unset XDG_RUNTIME_DIR, or log in as this user',
          ),
        ];
  if (rights.target === undefined) {
    return unused;
  }
  if (rights.target.uid !== owner.uid) {
    const text = `${rights.path} belongs to ${rights.target.owner ?? rights.target.uid}, so gaffer start can't keep its socket there`;
    return [...unused, say.problem('run-folder', text, 'set XDG_RUNTIME_DIR to a folder of this user')];
  }
  return [...unused, ...checkChanges(question, 'and so take the place of a gaffer start')];
}

function checkWords({ keyInWords }: UserFacts): readonly Diagnosis[] {
  return keyInWords
    ? [say.advice('key-in-words', 'a key behind --api-key can be seen by everybody on this machine (ps)', 'gaffer login, or GAFFER_API_KEY')]
    : [];
}
