import type { PJSON } from '@oclif/core/interfaces';

/** What a program with several commands is for: the first line of its help, and of its manual page. */
const SUMMARIES: Readonly<Record<string, string>> = {
  gaffer: 'Run the processes of a Procfile, here or on a node, and talk to what runs',
  gafferctl: 'Manage a node: its jobs, their processes, keys and users',
};

/** What a program is for, in one line. */
export function programSummary(name: string): string {
  return SUMMARIES[name] ?? '';
}

/**
 * The settings by which oclif runs a program of this package, instead of a package.json of its own.
 * @param file the bundled file, which exports the commands
 * @param kind whether the program is one command, or has several
 */
export function programConfig(name: string, version: string, file: string, kind: 'single' | 'several'): PJSON {
  return {
    name,
    version,
    description: programSummary(name),
    oclif: {
      bin: name,
      dirname: name,
      topicSeparator: ':',
      commands: kind === 'single' ? { strategy: 'single', target: file } : { strategy: 'explicit', target: file, identifier: 'COMMANDS' },
      additionalHelpFlags: ['-h'],
    },
  } as unknown as PJSON;
}
