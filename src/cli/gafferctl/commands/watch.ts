import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { parseEndCount } from '../../numbers.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';
import { parseHeartbeat } from '../heartbeat.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl watch`: shows what happens on a node. */
export class Watch extends Command {
  static override summary = 'Show what happens on the node';
  static override description =
    'A line for each event, under its names of 0.4: the time, the job, what happened to it. A pattern says which: a type (create, delete, start, stop, update, spawn, reap, exit, stop_pid), proc.NAME for those of a job, proc.NAME.TYPE for one type of them; a name of today (job.shop.web, flap) is understood too. When the node goes away it is waited for, and what happened meanwhile is told, as far as the node keeps it. Ends with Ctrl-C (130), after --count events (0), or when the node does not come back (1).';
  static override examples = [
    '<%= config.bin %> watch --count 3',
    '<%= config.bin %> watch proc.dummy --colorize --count 1',
    '<%= config.bin %> watch proc.shop:web.spawn --heartbeat 5 --json --count 1',
  ];
  static override args = { pattern: Args.string({ description: 'which events, all without one', ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    ...retryFlags,
    reconnect: Flags.boolean({
      description: 'when the node goes away, wait for it and go on (the default)',
      allowNo: true,
      default: true,
      helpGroup: 'NODE',
    }),
    heartbeat: Flags.string({
      description: 'how often the node shows that it is there, true is 60, 0 never; silent for twice as long, it is taken for lost',
      helpValue: 'SECONDS',
      default: '30',
    }),
    colorize: Flags.boolean({ aliases: ['color'], description: 'colours, also where the output is no terminal' }),
    count: Flags.string({ description: 'end after so many events', helpValue: 'N' }),
    json: Flags.boolean({ description: 'a JSON object on a line each: {"seq", "time", "event", "name", ...}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Watch);
    const { reconnect, retry, heartbeat, count, colorize, json, ...place } = flags;
    const choices = {
      heartbeatMs: parseHeartbeat(heartbeat),
      count: count === undefined ? undefined : parseEndCount('--count', count, ' of events'),
      patience: patienceOf({ reconnect, retry }),
      ...{ colorize, json },
    };
    const [{ watch }, { watchFilter }] = await Promise.all([import('../watch.ts'), import('../watch-filter.ts')]);
    const filter = watchFilter(args.pattern);
    process.exit(await atNode(place, (connection) => watch(connection, { ...choices, ...filter })));
  }
}
