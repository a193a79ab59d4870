import { LOG_FORMATS, LOG_LEVELS } from '../../daemon/log-record.ts';
import { type CommandWords, NOTHING } from '../completion/word-kind.ts';

/** What the words of a command line of `gaffer_lookupd` are. Its keys are in a file that completion does not open. */
export const WORDS: Readonly<Record<string, CommandWords>> = {
  '': {
    args: [],
    options: {
      bind: NOTHING,
      backlog: NOTHING,
      heartbeat: NOTHING,
      store: { oneOf: ['memory'] },
      'state-dir': ['folder'],
      'create-key': NOTHING,
      'delete-key': NOTHING,
      'allowed-origin': NOTHING,
      'allowed-host': NOTHING,
      pidfile: ['file'],
      'error-log': ['file'],
      'log-level': { oneOf: LOG_LEVELS },
      'log-format': { oneOf: LOG_FORMATS },
    },
  },
};
