import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { parseControlKey } from '../../detach-key.ts';
import { nodeFlags } from '../../node-options.ts';
import { parseCount } from '../../numbers.ts';
import { onNode } from '../../on-node.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';

/** `gaffer attach`: shows what a process writes, and sends it what is typed. */
export class Attach extends Command {
  static override summary = 'Show what a process writes, and send it what is typed';
  static override description =
    'Shows the last lines of a process, its stdout and its stderr, and what follows; lines that are typed, or all that is piped in, go to its stdin. The detach key and Ctrl-C leave (0), and so does Ctrl-D in an empty line: the process and its stdin go on. Ends with the exit code of the process (128 and the number of a signal) when that ends, or with 1 when the node does not come back. A process without stdin (redirect_input) can only be watched.';
  static override examples = [
    '<%= config.bin %> attach web',
    '<%= config.bin %> attach worker.2 --tail 100 --detach-key ctrl-q',
    'echo reload | <%= config.bin %> attach web.1',
  ];
  static override args = {
    name: Args.string({ description: 'an instance (web.1), a pid, or a job with one process', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...nodeFlags,
    ...retryFlags,
    tail: Flags.string({ char: 'n', description: 'how many of the last lines to begin with', helpValue: 'LINES', default: '20' }),
    'detach-key': Flags.string({
      description: 'the key that leaves, besides Ctrl-C',
      helpValue: 'KEY',
      default: 'ctrl-]',
      env: 'GAFFER_DETACH_KEY',
    }),
    stdin: Flags.boolean({ description: 'send what is typed or piped in (the default)', allowNo: true, default: true }),
    eof: Flags.boolean({ description: "close the process's stdin where the own one ends, with Ctrl-D too" }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Attach);
    const { tail, 'detach-key': key, stdin, eof, reconnect, retry, ...place } = flags;
    const choices = {
      word: args.name,
      lines: parseCount('--tail', tail, ' of lines'),
      detachKey: parseControlKey('--detach-key', key),
      input: stdin,
      eof,
      patience: patienceOf({ reconnect, retry }),
    };
    const { attach } = await import('../../attach.ts');
    process.exit(await onNode(place, (connection) => attach(connection, choices)));
  }
}
