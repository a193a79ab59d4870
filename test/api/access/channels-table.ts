import type { Word } from './key-kinds.ts';

/** Section 8.4 of the reference: what it needs to be told the news of a topic. Processes 1 and 3 are of shop.web and blog.web. */
export const TOPICS: Readonly<Record<string, Word>> = {
  EVENTS: 'manage all',
  'JOB:shop.web': 'manage web',
  'job:shop.web': 'manage web',
  'PROCESS:1': 'manage web',
  'STATS:1': 'read web',
  'STATS:shop.web': 'read web',
  'STREAM:1': 'read web',
  'STREAM:1.out': 'read web',
  'STREAM:1.extra': 'read web',
};

/** A command, with what it is given. */
export interface CommandRow {
  readonly needs: Word;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

const CONFIG = { name: 'web', cmd: 'program' };

/** What commands of the control channel need. */
export const COMMANDS: Readonly<Record<string, readonly CommandRow[]>> = {
  sessions: [{ needs: 'manage all' }],
  jobs: [{ needs: 'manage all' }, { needs: 'manage shop', args: ['shop'] }, { needs: 'manage shop', kwargs: { sessionid: 'shop' } }],
  pids: [{ needs: 'manage all' }, { needs: 'manage web', args: ['shop.web'] }],
  load: [{ needs: 'admin', args: [CONFIG], kwargs: { sessionid: 'shop' } }],
  update: [{ needs: 'admin', args: [CONFIG], kwargs: { sessionid: 'shop' } }],
  unload: [
    { needs: 'admin', args: ['web'], kwargs: { sessionid: 'shop' } },
    { needs: 'admin', args: ['shop.web'] },
  ],
  reload: [{ needs: 'admin', args: ['shop.web'] }],
  start_job: [{ needs: 'manage web', args: ['shop.web'] }],
  stop_job: [
    { needs: 'manage web', args: ['shop.web'] },
    { needs: 'manage web', args: ['web'], kwargs: { sessionid: 'shop' } },
    { needs: 'manage web', kwargs: { name: 'shop.web' } },
    // the first of both names is meant
    { needs: 'manage web', args: ['shop.web'], kwargs: { name: 'blog.web' } },
  ],
  stopall: [{ needs: 'manage web', args: ['shop.web'] }],
  scale: [{ needs: 'manage web', args: ['shop.web', '+1'] }],
  info: [{ needs: 'manage web', args: ['shop.web'] }],
  stats: [{ needs: 'manage web', args: ['shop.web'] }],
  killall: [{ needs: 'manage web', args: ['shop.web', 'HUP'] }],
  commit: [{ needs: 'manage web', args: ['shop.web'] }],
  process_info: [{ needs: 'manage web', args: [1] }],
  process_stats: [{ needs: 'manage web', args: [1] }],
  stop_process: [
    { needs: 'manage web', args: [1] },
    { needs: 'manage web', args: ['1'], kwargs: { pid: 3 } },
  ],
  kill: [{ needs: 'manage web', args: [1, 9] }],
  send: [
    { needs: 'write web', args: [1, 'text'] },
    { needs: 'write web', args: [1, 'text', 'extra'] },
  ],
};

/** Paths of channels to a process. Whoever does not say what he wants wants to read and to write. */
export const PROCESS_CHANNELS: Readonly<Record<string, Word>> = {
  '/1/channel': 'write web',
  '/1/channel?mode=1': 'read web',
  '/1/channel?mode=2': 'write web',
  '/1/channel?mode=3': 'write web',
  '/1/channel/out': 'write web',
  '/1/channel/out?mode=1': 'read web',
  '/1/channel/out?mode=2': 'write web',
  '/1/channel/out?mode=3': 'write web',
  '/1/channel/%6fut?mode=1': 'read web',
  '/1/channel/extra': 'write web',
  '/1/channel/extra?mode=1': 'read web',
  '/1/channel/extra?mode=2': 'write web',
  '/1/channel/extra?mode=1&mode=3': 'read web', // the first counts, for what is done as well
  '/wstreams/1': 'write web',
  '/wstreams/1?mode=1': 'write web',
};
