import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';

/** `gafferctl help`: lists the commands, or tells about one; that is done before a command is run. */
export class Help extends Command {
  static override summary = 'List the commands, or tell all about one';
  static override description = 'Without a command it lists all of them, one on a line. "gafferctl COMMAND --help" tells the same about one.';
  static override examples = ['<%= config.bin %> help', '<%= config.bin %> help watch'];
  static override args = { command: Args.string({ description: 'a command', ignoreStdin: true }) };

  run(): Promise<void> {
    return Promise.resolve();
  }
}
