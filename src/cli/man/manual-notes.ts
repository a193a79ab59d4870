/** A term, and what there is to say of it. */
export type Note = readonly [term: string, text: string];

/** What a program's manual page tells that is in no option: of the program as a whole. */
export interface ManualNotes {
  /** Of the manual: 1 has commands, 8 what admins start. */
  readonly chapter: number;
  readonly description: readonly string[];
  readonly environment: readonly Note[];
  readonly exitStatus: readonly Note[];
  readonly files: readonly Note[];
  /** Pages of other programs: `gafferd(8)`. */
  readonly seeAlso: readonly string[];
}

const COMMAND_EXIT: readonly Note[] = [
  ['0', 'It is done.'],
  ['1', 'Something could not be done; what could be done has been done.'],
  ['2', 'The command line is wrong; nothing has been done.'],
];

const USER_CONFIG: Note = [
  '~/.gaffer/gaffer.ini',
  "The user's own configuration: the keys of logins, and which certificates are trusted for which node.",
];

const CONFIG_VARIABLE: Note = ['GAFFER_CONFIG', "The file that is read instead of the user's ~/.gaffer/gaffer.ini."];

/** The programs' notes, by their names. */
export const MANUAL_NOTES: Readonly<Record<string, ManualNotes>> = {
  gaffer: {
    chapter: 1,
    description: [
      'Runs the processes of a Procfile in the terminal, and talks to nodes: to a gafferd somewhere, or to the "gaffer start" that runs in this folder.',
      'Options may stand before the command or behind it. "topic:command" and "topic command" are the same.',
      'The node is that of --endpoint, else the "gaffer start" of this folder, else http://127.0.0.1:5000.',
      'A job is web, or with its application shop.web; an instance is web.2; a process is its pid, which is a number of gaffer.',
      'What went wrong is one line on stderr.',
    ],
    environment: [CONFIG_VARIABLE, ['NO_COLOR', 'Where it is set and not empty, nothing is coloured.']],
    exitStatus: COMMAND_EXIT,
    files: [
      ['Procfile', 'A process on each line: its name, a colon, its command.'],
      ['.env', 'What the processes have in their environment.'],
      ['gaffer.ini', 'Beside the Procfile: settings of processes that a Procfile cannot say.'],
      USER_CONFIG,
    ],
    seeAlso: ['gafferctl(1)', 'gafferd(8)'],
  },
  gafferctl: {
    chapter: 1,
    description: [
      'Manages a gafferd: its jobs and their processes, webhooks, plugins, keys and users. The commands of gaffer 0.4 print what they printed there; beside them are those for what came later.',
      'The node is that of --connect, which may stand before the command too, else http://127.0.0.1:5000.',
      'What went wrong is one line on stderr.',
    ],
    environment: [CONFIG_VARIABLE],
    exitStatus: COMMAND_EXIT,
    files: [USER_CONFIG],
    seeAlso: ['gaffer(1)', 'gafferd(8)'],
  },
  gaffer_lookupd: {
    chapter: 8,
    description: ['An option wins over its variable.', 'SIGINT and SIGQUIT do what SIGTERM does.'],
    environment: [['XDG_STATE_HOME', 'Where the folder of the state is, unless it is named.']],
    exitStatus: [
      ['0', 'It was told to end.'],
      ['1', 'It could not start.'],
      ['2', 'The command line is wrong.'],
    ],
    files: [
      ['~/.local/state/gaffer-lookupd', 'The state: keys, where they are asked for.'],
      ['/var/lib/gaffer-lookupd', 'The same for root.'],
    ],
    seeAlso: ['gafferd(8)', 'gaffer(1)'],
  },
  gafferd: {
    chapter: 8,
    description: [
      'An option wins over its variable, and that over the configuration.',
      'SIGINT and SIGQUIT do what SIGTERM does; a second one kills what is left. SIGUSR1 opens the log file anew, and so does SIGHUP. SIGUSR2 does what --upgrade does: a gafferd of the installed version takes over.',
    ],
    environment: [['XDG_STATE_HOME', 'Where the folder of the state is, unless it is named.']],
    exitStatus: [
      ['0', 'It was told to end, and nothing is left of its jobs.'],
      ['1', 'It could not start, the configuration is wrong, or an upgrade has failed: then the gafferd that was there runs on.'],
      ['2', 'The command line is wrong.'],
    ],
    files: [
      ['~/.gaffer/gafferd.ini', 'The configuration, where no other is named; for root the first that there is of the next two.'],
      ['/usr/local/etc/gaffer/gafferd.ini', ''],
      ['/etc/gaffer/gafferd.ini', ''],
      ['~/.local/state/gaffer', 'The state: jobs, webhooks, users and keys that came over the API. It is for gafferd alone.'],
      ['/var/lib/gaffer', 'The same for root.'],
    ],
    seeAlso: ['gaffer(1)', 'gafferctl(1)'],
  },
};
