import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lastingOn } from '../../lasting.ts';
import { nodeFlags } from '../../node-options.ts';
import { onNode, throughLookup } from '../../on-node.ts';
import { overviewOf, watch } from '../../ps.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';

/** `gaffer ps`: shows the jobs of an application and their processes. */
export class Ps extends Command {
  static override summary = 'Show the jobs of the application and their processes';
  static override description =
    'Each job with its command, what it uses, and its processes: how long they are up, their pid (of gaffer) and os pid (of the system), CPU in percent of one core, memory in percent of the machine and in bytes, restarts. Jobs that do not run are shown with their state.';
  static override examples = ['<%= config.bin %> ps', '<%= config.bin %> ps shop --watch', '<%= config.bin %> ps --json'];
  static override args = { app: Args.string({ description: 'the application, . is the one of this folder', ignoreStdin: true }) };
  static override flags = {
    ...nodeFlags,
    ...retryFlags,
    watch: Flags.boolean({ char: 'w', description: 'look again every second, until Ctrl-C' }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({
      description:
        'print {"app", "jobs": [{"name", "cmd", "state", "active", "running", "max_processes", "processes": [...]}]} as GET /overview shows them; with --watch a line every second',
    }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Ps);
    const { watch: again, reconnect, retry, json, color, ...place } = flags;
    const patience = patienceOf({ reconnect, retry });
    const named = args.app === undefined ? place : { ...place, app: args.app };
    const choices = { json, color };
    const ofSeveral = await throughLookup(named, [], async (finder) => {
      const { psOfNodes } = await import('../../nodes/ps.ts');
      return await psOfNodes(finder, { ...choices, again, patience });
    });
    if (ofSeveral !== undefined) {
      process.exitCode = ofSeveral;
      return;
    }
    await onNode(named, async (connection) => {
      const look = await overviewOf(connection, choices);
      if (again) {
        process.exit(await watch(look, { ...lastingOn(connection, patience), json }));
      }
      process.stdout.write(`${await look()}\n`);
    });
  }
}
