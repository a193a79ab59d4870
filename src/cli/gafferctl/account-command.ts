import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import { connectFlags } from './place.ts';

/** What gafferctl says otherwise than gaffer. */
interface OwnText {
  /** Command lines, without the program's name. */
  readonly examples: readonly string[];
}

type Values = Record<string, unknown>;

interface Runnable extends Command {
  run(): Promise<void>;
}

/** A command of gaffer about keys and users, as gafferctl has it: only its options that name the node are other ones. */
export function accountCommand(type: Command.Class, { examples }: OwnText): Command.Class {
  const { endpoint: _, ...others } = type.flags;
  const Base = type as unknown as new (argv: string[], config: Config) => Runnable;
  class AccountCommand extends Base {
    static examples = examples.map((line) => `<%= config.bin %> ${line}`);
    // oclif reads what the class itself has
    static args = type.args;
    static strict = type.strict;
    static flags = { ...others, ...connectFlags };

    /** The command itself reads `endpoint`. */
    protected override async parse<F extends Values, B extends Values, A extends Values>(
      _options?: Input<F, B, A>,
      argv?: string[],
    ): Promise<ParserOutput<F, B, A>> {
      const parsed = await super.parse<F, B, A>(AccountCommand as unknown as Input<F, B, A>, argv);
      return { ...parsed, flags: { ...parsed.flags, endpoint: (parsed.flags as Values)['connect'] } };
    }
  }
  return AccountCommand as unknown as Command.Class;
}
