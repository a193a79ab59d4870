import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, checkLooked, type Owner } from './path-check.ts';

/** What is on disk of plugins. */
export interface PluginFacts {
  readonly folder: PathRights;
  /** All that is in it. */
  readonly content: readonly PathRights[];
  /** Whether there was more than was looked at. */
  readonly isCut: boolean;
}

const say = diagnosesOf('files');

/** How many things in the folder are named one by one. */
const SOME = 5;

/** Judges who can change plugins: they run as gafferd itself. */
export function checkPlugins({ folder, content, isCut }: PluginFacts, owner: Owner): readonly Diagnosis[] {
  const look = (rights: PathRights): readonly Diagnosis[] => {
    const question = { area: 'files' as const, id: 'plugins', rights, owner };
    return [...checkLooked(question), ...checkChanges(question, 'and so have gafferd run any code')];
  };
  if (folder.target === undefined) {
    return look(folder).filter(({ id }) => id === 'plugins-unseen');
  }
  const own = look(folder);
  const below = content.map(look).filter((told) => told.length > 0);
  // what is above them was told of already
  const told = own.length > 0 ? own : below.slice(0, SOME).flatMap((each) => each.slice(0, 1));
  return [
    ...told,
    ...(own.length === 0 && below.length > SOME
      ? [say.warning('plugins-more', `${folder.path}: others can change ${below.length - SOME} more things in it`, `chmod -R go-w ${folder.path}`)]
      : []),
    ...(isCut ? [say.advice('plugins-cut', `${folder.path} has more in it than was looked at`)] : []),
    ...(told.length === 0 ? [say.ok('plugins', `${folder.path} is changed by nobody else`)] : []),
  ];
}
