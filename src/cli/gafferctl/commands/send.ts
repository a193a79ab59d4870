import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { tell } from '../../accounts.ts';
import { expectWritable } from '../../send.ts';
import { wordsOf } from '../../words.ts';
import { findProcess } from '../names.ts';
import { PROCESS_WORD } from '../naming.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl send`: writes a line to a process. */
export class Send extends Command {
  static override summary = 'Write a line to a process';
  static override description =
    'Writes the words, with blanks between them and a line break behind, to its stdin (redirect_input) or to one of its custom streams, and ends when its pipe has taken them.';
  static override strict = false;
  static override examples = ['<%= config.bin %> send reader.1 reload now', '<%= config.bin %> send reader hello --json'];
  static override args = {
    name: Args.string({ description: PROCESS_WORD, required: true, ignoreStdin: true }),
    data: Args.string({ description: 'what to write', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...connectFlags,
    stream: Flags.string({ char: 's', description: 'a custom stream in place of stdin', helpValue: 'STREAM' }),
    json: Flags.boolean({ description: 'print {"pid", "ok": true}' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(Send);
    const { stream = 'stdin', json, ...flags } = parsed.flags;
    const [name = '', ...data] = wordsOf(parsed);
    const pid = await atNode(flags, async (connection) => {
      const { node } = connection;
      const found = await findProcess(connection, name);
      const label = expectWritable(await node.processInfo(found), stream);
      await (await node.stream(found, label)).write(`${data.join(' ')}\n`);
      return found;
    });
    tell(json, { pid, ok: true }, ['ok']);
  }
}
