import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';

/** `gaffer help`: tells about the program or one of its commands. */
export class Help extends Command {
  static override summary = 'Tell about gaffer, or about a command';
  static override description =
    'Without a command it lists all of them. "gaffer COMMAND --help" tells the same about one, and so does "man gaffer-COMMAND" where npm has installed gaffer for everybody.';
  static override strict = false;
  static override examples = ['<%= config.bin %> help start', '<%= config.bin %> help ps:info'];
  static override args = { command: Args.string({ description: 'a command; all without one', ignoreStdin: true }) };

  async run(): Promise<void> {
    const { argv } = await this.parse(Help);
    const { loadHelpClass } = await import('@oclif/core/help');
    const HelpClass = await loadHelpClass(this.config);
    await new HelpClass(this.config).showHelp(argv as string[]);
  }
}
