import type { Commands } from '../argv.ts';

/** What `gafferctl help` prints: how it is called, and its commands by the alphabet, one in a line. */
export function overview(commands: Commands): string {
  const names = Object.keys(commands).sort();
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `\t${name.padEnd(width)}\t${commands[name]?.summary ?? ''}`);
  return [
    'usage: gafferctl [--version] [--connect=URL] [--certfile=FILE] [--keyfile=FILE] [--help] <command> [<args>]',
    '',
    'The commands of gafferctl are:',
    '',
    ...lines,
    '',
    'gafferctl help COMMAND tells all about one: what it does, its options, examples.',
    '',
  ].join('\n');
}
