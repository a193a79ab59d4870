import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { nodeFlags, onNode } from '../../node-options.ts';
import { findPipe } from '../../pipe-name.ts';
import { send, writablePipe } from '../../send.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer send`: writes to a process. */
export class Send extends Command {
  static override summary = 'Write a line to a process';
  static override description =
    'Writes the words, with blanks between them and a line break behind, to the stdin of a process or to one of its custom streams, and ends when its pipe has taken them. - writes the lines of stdin, until a line with only a dot.';
  static override strict = false;
  static override examples = ['<%= config.bin %> send web.1 reload now', '<%= config.bin %> send 12.control - < commands'];
  static override args = {
    name: Args.string({
      description: 'an instance (web.1), a pid, or a job with one process; with .STREAM behind it another stream than stdin',
      required: true,
      ignoreStdin: true,
    }),
    data: Args.string({ description: 'what to write, - is stdin', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...nodeFlags,
    stream: Flags.string({ char: 's', description: 'a custom stream in place of stdin', helpValue: 'STREAM' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(Send);
    const { stream, ...flags } = parsed.flags;
    const [name = '', ...data] = wordsOf(parsed);
    await onNode(flags, async (connection) => {
      const pipe = await findPipe(connection, name);
      if (pipe.label !== undefined && stream !== undefined && pipe.label !== stream) {
        throw new GafferError('bad_usage', `expected one stream, got two: "${pipe.label}" and "${stream}"`);
      }
      await send(await writablePipe(connection, { ...pipe, label: pipe.label ?? stream }), data);
    });
  }
}
