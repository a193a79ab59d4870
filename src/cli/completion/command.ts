import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { GafferError } from '../../errors.ts';
import { didYouMean } from '../../suggestion.ts';
import { SHELLS, type Shell, shellOf } from './shell.ts';

/** `gaffer completion`, `gafferctl completion`: prints what a shell needs to complete command lines. */
export class Completion extends Command {
  static override summary = 'Print a script by which bash, zsh or fish completes command lines';
  static override description =
    `Without a shell that of $SHELL. It completes gaffer, gafferd, gafferctl and gaffer_lookupd, with names from the node or the Procfile.

bash 4 or newer: a line in ~/.bashrc, for this and every later shell.
  echo 'source <(gaffer completion bash)' >> ~/.bashrc
zsh: a file in a folder of fpath; in ~/.zshrc fpath=(~/.zfunc $fpath) stands before compinit.
  mkdir -p ~/.zfunc; gaffer completion zsh > ~/.zfunc/_gaffer
fish: a file in the folder of what it reads when it starts.
  gaffer completion fish > ~/.config/fish/conf.d/gaffer.fish`;
  static override examples = [
    '<%= config.bin %> completion bash',
    '<%= config.bin %> completion zsh > ~/.zfunc/_gaffer',
    '<%= config.bin %> completion',
  ];
  static override args = { shell: Args.string({ description: 'bash, zsh or fish', ignoreStdin: true }) };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const shell = chosenShell(args.shell, process.env['SHELL']);
    const { completionScript } = await import('./script.ts');
    process.stdout.write(completionScript(shell));
  }
}

/** The shell that is named, else the user's. @throws GafferError `bad_usage` where it is none of those that can be completed */
export function chosenShell(named: string | undefined, own: string | undefined): Shell {
  const shell = shellOf(named ?? own ?? '');
  if (shell !== undefined) {
    return shell;
  }
  const got = named !== undefined ? `"${named}"${didYouMean(named, SHELLS)}` : own ? `none, and $SHELL is ${own}` : 'none, and $SHELL is not set';
  throw new GafferError('bad_usage', `expected a shell, bash, zsh or fish, got ${got}`);
}
