import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { nodeFlagsButF } from '../../node-options.ts';
import { parseCount } from '../../numbers.ts';
import { onNode, throughLookup } from '../../on-node.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';

/** `gaffer logs`: shows what processes have written and what happened to them. */
export class Logs extends Command {
  static override summary = 'Show what processes have written, and what happened to them';
  static override description =
    'The last lines of the application, a job or a process, and with -f all that follows: like what "gaffer start" shows. -f ends with Ctrl-C (130), with the process that is followed (0), or when the node goes away and does not come back (1).';
  static override examples = ['<%= config.bin %> logs', '<%= config.bin %> logs web -n 20 -f', '<%= config.bin %> logs web.2 --json'];
  static override args = { name: Args.string({ description: 'a job, an instance (web.2) or a pid', ignoreStdin: true }) };
  static override flags = {
    ...nodeFlagsButF,
    ...retryFlags,
    ps: Flags.string({ description: 'same as the argument', helpValue: 'NAME' }),
    lines: Flags.string({ char: 'n', description: 'how many of the last lines', helpValue: 'N', default: '100' }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what follows' }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({
      description:
        'a JSON object on a line each: {"time", "name", "pid", "slot", "stream", "data"} for output ("base64" in place of "data" where it is not UTF-8), {"seq", "time", "event", "name", ...} for what happened',
    }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Logs);
    const { lines, follow, reconnect, retry, json, color, ps, ...place } = flags;
    if (args.name !== undefined && ps !== undefined) {
      throw new GafferError('bad_usage', `expected a name or --ps, got both: "${args.name}" and "${ps}"`);
    }
    const count = parseCount('--lines', lines, ' of lines');
    const patience = patienceOf({ reconnect, retry });
    const word = args.name ?? ps;
    const choices = { lines: count, follow, patience, json, color };
    const ofSeveral = await throughLookup(place, word === undefined ? [] : [word], async (finder) => {
      const { showLogs } = await import('../../nodes/logs.ts');
      return await showLogs(finder, word, choices);
    });
    const { showLog } = await import('../../logs.ts');
    process.exit(ofSeveral ?? (await onNode(place, (connection) => showLog(connection, word, choices))));
  }
}
