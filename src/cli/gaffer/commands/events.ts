import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { parseEventPosition } from '../../../protocol/event-position.ts';
import { nodeFlags } from '../../node-options.ts';
import { parseCount, parseEndCount } from '../../numbers.ts';
import { onNode } from '../../on-node.ts';
import { patienceOf, retryFlags } from '../../retry-flags.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer events`: shows what happens on a node. */
export class Events extends Command {
  static override summary = 'Show what happens on the node';
  static override description =
    'Every event from now on, or those that patterns mean: a type like "spawn" or "exit", "job.shop" and "job.shop.web.exit", "proc.3", names of gaffer 0.4 like "proc.web.exit"; "." is every one. Ends with Ctrl-C (130), after --count events (0), or when the node does not come back (1).';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> events',
    '<%= config.bin %> events job.shop.web flap -n 20',
    '<%= config.bin %> events exit --json --count 1',
    '<%= config.bin %> events --since 42@5f3c9a01 --no-follow',
  ];
  static override args = { pattern: Args.string({ description: 'which events, all without one', ignoreStdin: true }) };
  static override flags = {
    ...nodeFlags,
    ...retryFlags,
    app: Flags.string({
      description: 'only events of this application, . is the one of this folder',
      helpValue: 'NAME',
      env: 'GAFFER_APP',
      helpGroup: 'PROJECT',
    }),
    lines: Flags.string({ char: 'n', description: 'how many of the last ones to begin with', helpValue: 'N', default: '0', exclusive: ['since'] }),
    since: Flags.string({ description: 'begin behind this one: its number, better with the run of the node that counts so', helpValue: 'SEQ[@RUN]' }),
    follow: Flags.boolean({ description: 'go on with those that follow (the default)', allowNo: true, default: true }),
    count: Flags.string({ description: 'end after so many', helpValue: 'N' }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'a JSON object on a line each: {"seq", "time", "event", "name", ...}' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(Events);
    const { lines, since, follow, count, json, color, reconnect, retry, ...place } = parsed.flags;
    const choices = {
      since: since === undefined ? undefined : positionOf(since),
      lines: parseCount('--lines', lines),
      count: count === undefined ? undefined : parseEndCount('--count', count),
      patience: patienceOf({ reconnect, retry }),
      ...{ follow, json, color },
    };
    if (!follow && since === undefined && choices.lines === 0) {
      throw new GafferError('bad_usage', '--no-follow: expected -n N or --since SEQ beside it, else there is nothing to show');
    }
    const [{ showEvents }, { eventFilter }] = await Promise.all([import('../../events.ts'), import('../../event-filter.ts')]);
    eventFilter(wordsOf(parsed), undefined);
    const code = await onNode(place, (connection) => {
      const app = place.app === undefined ? undefined : connection.app;
      return showEvents(connection, { ...choices, app, isMeant: eventFilter(wordsOf(parsed), app) });
    });
    process.exit(code);
  }
}

function positionOf(text: string): ReturnType<typeof parseEventPosition> {
  try {
    return parseEventPosition(text);
  } catch (error) {
    throw new GafferError('bad_usage', `--since: expected the number of an event like 42, or 42@RUN, got "${text}"`, { cause: error });
  }
}
