import { GafferError, messageOf } from '../../errors.ts';
import { isOwnIdentity, nameOfIdentity, resolveIdentity } from '../../supervisor/identity.ts';
import type { WholeIdentity } from '../own-user.ts';
import type { ConfiguredJob } from './jobs.ts';
import type { Reading } from './reading.ts';
import { unexpected } from './values.ts';

/** Reads as whom gafferd goes on, and complains of jobs that would have to be somebody else. */
export function readUser(reading: Reading, jobs: readonly ConfiguredJob[]): WholeIdentity | undefined {
  const { complaints, input } = reading;
  const said = reading.said('user', 'user');
  const user = reading.value(said, parseUser);
  if (said === undefined || user === undefined) {
    return undefined;
  }
  const isThis = user.uid === process.geteuid?.() && isOwnIdentity(user);
  if (!input.isRoot && !isThis) {
    complaints.error(
      said,
      `expected gafferd to be started by root or by ${nameOfIdentity(user)}, got user ${process.geteuid?.() ?? '?'}; start it as root, or leave this out`,
    );
  }
  for (const { config, session, file, line } of user.uid === 0 ? [] : jobs) {
    const problem = problemOf(config, user);
    if (problem !== undefined) {
      complaints.add([{ file, line, level: 'error', message: `job "${config.name}" of session "${session}": ${problem}` }]);
    }
  }
  return user;
}

/** Reads `NAME` or `NAME:GROUP`. @throws GafferError `invalid_config` */
function parseUser(text: string): WholeIdentity {
  const [, name = '', group] = /^([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  const identity = attempt(() => resolveIdentity(name === '' ? undefined : name, group));
  if (identity?.uid === undefined || identity.gid === undefined) {
    throw unexpected('a user of this machine, as NAME or NAME:GROUP', text);
  }
  if (identity.uid === 0 && identity.gid !== 0) {
    throw unexpected('another user than root where a group is named', text);
  }
  return { ...identity, uid: identity.uid, gid: identity.gid };
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof GafferError) {
      return undefined;
    }
    throw error;
  }
}

/** What keeps a job from being started by that user, who can't become anybody else. */
function problemOf({ uid, gid }: ConfiguredJob['config'], user: WholeIdentity): string | undefined {
  try {
    const wanted = resolveIdentity(uid ?? undefined, gid ?? undefined);
    const isSame = wanted === undefined || ((wanted.uid ?? user.uid) === user.uid && (wanted.gid ?? user.gid) === user.gid);
    return isSame
      ? undefined
      : `it is to run as ${nameOfIdentity(wanted)}, but gafferd runs as ${nameOfIdentity(user)} alone; remove its uid and gid, or gafferd's user`;
  } catch (error) {
    return messageOf(error);
  }
}
