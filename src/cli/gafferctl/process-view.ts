import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { RemoteNode } from '../../client/remote-node.ts';
import { tell } from '../accounts.ts';
import { findProcess } from './names.ts';
import { PROCESS_WORD } from './naming.ts';
import { atNode, connectFlags } from './place.ts';

/** What a command tells about a process. */
export interface ProcessView<T extends object> {
  readonly summary: string;
  readonly description: string;
  /** Command lines, without the program's name. */
  readonly examples: readonly string[];
  /** What --json prints, in words. */
  readonly json: string;
  /** What is told: as it is with --json. */
  readonly ask: (node: RemoteNode, pid: number) => Promise<T>;
  /** The same for people. */
  readonly text: (told: T) => string;
}

/** A command that tells something about the process that is named. */
export function processViewCommand<T extends object>({ summary, description, examples, json, ask, text }: ProcessView<T>): Command.Class {
  class ProcessViewCommand extends Command {
    static override summary = summary;
    static override description = description;
    static override examples = examples.map((line) => `<%= config.bin %> ${line}`);
    static override args = { name: Args.string({ description: PROCESS_WORD, required: true, ignoreStdin: true }) };
    static override flags = { ...connectFlags, json: Flags.boolean({ description: `print ${json}` }) };

    async run(): Promise<void> {
      const { flags, args } = await this.parse(ProcessViewCommand);
      const told = await atNode(flags, async (connection) => await ask(connection.node, await findProcess(connection, args.name)));
      tell(flags.json, told, [text(told)]);
    }
  }
  return ProcessViewCommand;
}
