import { sentenceOf } from '../../daemon/trust/file-doubts.ts';
import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { mendingOf } from '../../daemon/trust/mending.ts';
import { nameOfStrangers, readersOf, weaknessesOf } from '../../daemon/trust/weakness.ts';
import { joinWords } from '../../job/words.ts';
import { type Area, type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** Whom files may belong to. */
export interface Owner {
  readonly uid: number;
  /** Who else is trusted with them. */
  readonly others?: readonly number[];
}

/** Something on disk, and what follows if others change or read it. */
export interface PathQuestion {
  readonly area: Area;
  /** The beginning of the ids of what is found. */
  readonly id: string;
  readonly rights: PathRights;
  readonly owner: Owner;
}

/** Names what lets others change a file or folder. @param so what they do by that, as the end of a sentence */
export function checkChanges({ area, id, rights, owner }: PathQuestion, so: string): readonly Diagnosis[] {
  const say = diagnosesOf(area);
  return weaknessesOf(rights, new Set([owner.uid, ...(owner.others ?? [])])).map((weakness) => {
    const level = weakness.who.kind === 'group' ? say.warning : say.problem;
    return level(`${id}-writable`, `${rights.path}: ${sentenceOf(weakness)}, ${so}`, mendingOf(weakness, owner.uid));
  });
}

/** Names what lets others read a file. @param so what they learn by that, as the end of a sentence */
export function checkReaders({ area, id, rights, owner }: PathQuestion, so: string): readonly Diagnosis[] {
  const say = diagnosesOf(area);
  const readers = readersOf(rights, new Set([owner.uid, ...(owner.others ?? [])]));
  if (readers === undefined) {
    return [];
  }
  const level = readers.kind === 'group' ? say.warning : say.problem;
  const verb = rights.target?.kind === 'folder' ? 'look into it' : 'read it';
  return [level(`${id}-readable`, `${rights.path}: ${nameOfStrangers(readers)} can ${verb}, ${so}`, joinWords(['chmod', 'go=', rights.path]))];
}

/** Says that something could not be looked at. */
export function checkLooked({ area, id, rights }: PathQuestion): readonly Diagnosis[] {
  const { path, problem } = rights;
  return problem === undefined
    ? []
    : [diagnosesOf(area).advice(`${id}-unseen`, `${path} can't be looked at: ${problem}`, 'run gaffer doctor as the user of gafferd, or as root')];
}
