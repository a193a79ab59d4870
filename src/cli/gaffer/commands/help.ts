import { Command } from '@oclif/core/command';

/** `gaffer help`: tells about the program or one of its commands. */
export class Help extends Command {
  static override summary = 'Tell about gaffer, or about a command';
  static override strict = false;
  static override examples = ['<%= config.bin %> help start'];

  async run(): Promise<void> {
    const { argv } = await this.parse(Help);
    const { loadHelpClass } = await import('@oclif/core/help');
    const HelpClass = await loadHelpClass(this.config);
    await new HelpClass(this.config).showHelp(argv as string[]);
  }
}
