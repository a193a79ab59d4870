import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer send`: writes to a process. */
export class Send extends Command {
  static override summary = 'Write a line to a process';
  static override description =
    'Writes the words, with blanks between them and a line break behind, to the stdin of a process or to one of its custom streams, and ends when its pipe has taken them. - writes the lines of stdin, until a line with only a dot; one that could not be sent is named.';
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
    ...retryFlags,
    stream: Flags.string({ char: 's', description: 'a custom stream in place of stdin', helpValue: 'STREAM' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(Send);
    const { stream, reconnect, retry, ...flags } = parsed.flags;
    const [word = '', ...data] = wordsOf(parsed);
    const patience = patienceOf({ reconnect, retry });
    if (data.length !== 1 || data[0] !== '-') {
      const { send } = await import('../../send.ts');
      await onNode(flags, (connection) => send(connection, { word, stream }, data));
      return;
    }
    const { sendLines } = await import('../../send-lines.ts');
    process.exit(await onNode(flags, (connection) => sendLines(connection, { word, stream }, patience)));
  }
}
