import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { joinWords } from '../../job/words.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, checkLooked, checkReaders, type Owner } from './path-check.ts';

/** What is on disk of gafferd's state. */
export interface StateFacts {
  readonly folder: PathRights;
  /** `state.db`, what SQLite keeps beside it, and broken ones that were kept. */
  readonly files: readonly PathRights[];
}

const say = diagnosesOf('files');

const OTHERS = 0o077;

/** Judges who can change or read the state: jobs, and hashes of passwords and keys. */
export function checkState({ folder, files }: StateFacts, owner: Owner): readonly Diagnosis[] {
  const question = { area: 'files' as const, id: 'state', rights: folder, owner };
  if (folder.target === undefined) {
    const looked = checkLooked(question);
    const place = checkChanges(question, 'where gafferd will keep its state');
    return [
      ...looked,
      ...place,
      ...(looked.length + place.length === 0 ? [say.ok('state', `${folder.path} is not there yet: gafferd makes it`)] : []),
    ];
  }
  const open = files.filter(({ target }) => target !== undefined && (target.mode & OTHERS) !== 0);
  const broken = files.filter(({ path }) => path.includes('.broken-'));
  const told = [
    ...checkLooked(question),
    ...checkChanges(question, 'and so have gafferd run any program'),
    ...checkReaders(question, 'where hashes of passwords and keys are'),
    // the folder keeps others out: a copy of the file would not
    ...open.map(({ path }) =>
      say.warning(
        'state-file',
        `${path} is open to others but for its folder: it has hashes of passwords and keys`,
        joinWords(['chmod', '600', path]),
      ),
    ),
    ...broken
      .slice(0, 1)
      .map(({ path }) =>
        say.advice('state-broken', `${path} was put aside as broken, and still has what was in it`, `look into it, then ${joinWords(['rm', path])}`),
      ),
  ];
  return told.some(({ level }) => level !== 'advice') ? told : [...told, say.ok('state', `${folder.path} is gafferd's alone`)];
}
