import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { weaknessesOf } from '../../daemon/trust/weakness.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { checkChanges, checkLooked, type Owner, type PathQuestion } from './path-check.ts';

/** Files that gafferd writes, and sockets that it listens at. */
export interface PlaceFacts {
  readonly log: PathRights | undefined;
  readonly pidfile: PathRights | undefined;
  readonly sockets: readonly PathRights[];
  /** Whether a key is asked for. */
  readonly asksForKeys: boolean;
}

/** Judges who can change these, or put their own in their place. */
export function checkPlaces({ log, pidfile, sockets, asksForKeys }: PlaceFacts, owner: Owner): readonly Diagnosis[] {
  const ask = (id: string, rights: PathRights): PathQuestion => ({ area: 'files', id, rights, owner });
  return [
    ...(log === undefined ? [] : lookAndChanges(ask('log', log), 'and so have it tell what did not happen')),
    ...(pidfile === undefined ? [] : lookAndChanges(ask('pidfile', pidfile), 'and so have whoever reads it end another process')),
    ...sockets.flatMap((rights) => checkSocket(ask('socket', rights), asksForKeys)),
  ];
}

function lookAndChanges(question: PathQuestion, so: string): readonly Diagnosis[] {
  return [...checkLooked(question), ...checkChanges(question, so)];
}

/** Whoever can write to a socket can connect to it; where a key is asked for, that may be meant. */
function checkSocket(question: PathQuestion, asksForKeys: boolean): readonly Diagnosis[] {
  const { rights, owner } = question;
  const trusted = new Set([owner.uid]);
  const isMeant = asksForKeys && weaknessesOf(rights, trusted).every(({ deed, who }) => deed === 'write' && who.kind !== 'owner');
  if (isMeant) {
    return checkLooked(question);
  }
  return lookAndChanges(question, asksForKeys ? 'and so hear the keys of clients' : 'and so run anything here: no key is asked for');
}

/** Judges who can change gaffer's own programs, and the Node that runs them. */
export function checkPrograms(programs: readonly PathRights[], owner: Owner): readonly Diagnosis[] {
  return programs.flatMap((rights) => checkChanges({ area: 'files', id: 'program', rights, owner }, 'and so have everybody who uses gaffer run it'));
}
