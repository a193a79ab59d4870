import type { PJSON } from '@oclif/core/interfaces';

/**
 * The settings by which oclif runs a program of this package, instead of a package.json of its own.
 * @param file the bundled file, which exports the commands
 * @param kind whether the program is one command, or has several
 */
export function programConfig(name: string, version: string, file: string, kind: 'single' | 'several'): PJSON {
  return {
    name,
    version,
    oclif: {
      bin: name,
      dirname: name,
      topicSeparator: ':',
      commands: kind === 'single' ? { strategy: 'single', target: file } : { strategy: 'explicit', target: file, identifier: 'COMMANDS' },
      additionalHelpFlags: ['-h'],
    },
  } as unknown as PJSON;
}
