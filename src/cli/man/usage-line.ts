import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { CommandHelp as OclifHelp } from '@oclif/core/help';
import type { CommandHelp } from './help.ts';
import { FIRM_BLANK, type Piece } from './roff.ts';

/** Wider than any line: roff breaks them. */
const NO_WIDTH = 1_000_000;

/** The longest group that is kept in one line. */
const LONGEST_GROUP = 50;

/** The part of oclif's help that says how a command is used. */
class UsageHelp extends OclifHelp {
  get line(): string {
    return this.usage();
  }
}

/** How a command is used, as its help says it: `gaffer stop [NAME...] [-g URL]`. @param name the command's; empty where the program is one */
export function usageLine(program: string, name: string, command: CommandHelp): string {
  const config = { bin: program, topicSeparator: ':' } as unknown as Config;
  const { line } = new UsageHelp({ ...command, id: name } as unknown as Command.Loadable, config, { maxWidth: NO_WIDTH });
  return line.replace(/^\$ /, '').replace('<%= command.id %>', name).replaceAll(/\s+/g, ' ').trim();
}

/** A line of usage, with what is to be typed told from what stands for something, and short groups kept together. */
export function usagePieces(line: string): readonly Piece[] {
  const kept = line.replaceAll(/\[(?:[^[\]]|\[[^[\]]*\])*\]/g, (group) =>
    group.length <= LONGEST_GROUP ? group.replaceAll(' ', FIRM_BLANK) : group,
  );
  return kept.split(/([A-Z][A-Z\d_]*|-{1,2}[a-z][\w-]*|[a-z][\w:-]*)/).flatMap((part, index): Piece[] => {
    if (part === '') {
      return [];
    }
    return index % 2 === 0 ? [part] : [/^[A-Z]/.test(part) ? { variable: part } : { literal: part }];
  });
}
