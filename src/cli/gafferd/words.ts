import { LOG_FORMATS, LOG_LEVELS } from '../../daemon/log-record.ts';
import { type CommandWords, NOTHING } from '../completion/word-kind.ts';

/** What the words of a command line of `gafferd` are. */
export const WORDS: Readonly<Record<string, CommandWords>> = {
  '': {
    args: [['file']],
    options: {
      config: ['file'],
      'state-dir': ['folder'],
      'plugin-dir': ['folder'],
      bind: NOTHING,
      backlog: NOTHING,
      'allowed-origin': NOTHING,
      'allowed-host': NOTHING,
      username: NOTHING,
      'import-auth': ['folder'],
      pidfile: ['file'],
      user: NOTHING,
      'error-log': ['file'],
      'log-level': { oneOf: LOG_LEVELS },
      'log-format': { oneOf: LOG_FORMATS },
      'lookupd-address': NOTHING,
      'broadcast-address': NOTHING,
      'node-name': NOTHING,
      'client-certfile': ['file'],
      'client-keyfile': ['file'],
    },
  },
};
