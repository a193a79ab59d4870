import { GafferError } from '../errors.ts';
import type { LogSelection } from '../job/log.ts';
import type { Connection } from './connection.ts';
import { TargetFinder } from './target.ts';

/** What the word of the command line means; without one the whole application. @throws GafferError */
export async function selectionOf(connection: Connection, word: string | undefined): Promise<LogSelection> {
  const { app } = connection;
  const finder = new TargetFinder(connection);
  if (word === undefined || word === '.') {
    if ((await finder.jobs()).length === 0) {
      throw new GafferError('session_not_found', `'${app}' not loaded${await finder.appHint(app)}`);
    }
    return { session: app };
  }
  const target = await finder.find(word, ['process', 'job', 'app']);
  switch (target?.kind) {
    case undefined: {
      const kind = /^\d+$|\.\d+$/.test(word) ? 'process' : 'job';
      throw new GafferError('job_not_found', `${kind} '${word}' not found${await finder.hint(word)}`);
    }
    case 'job':
      return { job: target.job };
    case 'process':
      return { pid: target.pid };
    case 'app':
      return { session: target.session };
  }
}
