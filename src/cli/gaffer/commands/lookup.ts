import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { lookupCommandFlags, onLookups } from '../../lookup-options.ts';
import { parseEndCount } from '../../numbers.ts';
import { patienceOf } from '../../retry-flags.ts';

/** `gaffer lookup`: shows what lookupds are told. */
export class Lookup extends Command {
  static override summary = 'Watch what nodes register with lookupd servers';
  static override description =
    'Nodes that come and go, jobs that they load and unload, processes that begin and end, from now on; with several lookupds each change is told once. A lookupd that goes away is waited for, and what has changed meanwhile is told when it is back. Ends with Ctrl-C (130), after --count changes (0), or when no lookupd comes back (1).';
  static override examples = [
    '<%= config.bin %> lookup',
    '<%= config.bin %> lookup -L http://127.0.0.1:5010 --no-color',
    '<%= config.bin %> lookup --json --count 1',
  ];
  static override flags = {
    ...lookupCommandFlags,
    reconnect: Flags.boolean({
      description: 'when a lookupd goes away, wait for it and go on (the default)',
      allowNo: true,
      default: true,
      helpGroup: 'LOOKUP',
    }),
    retry: Flags.string({
      description: 'how long to wait for it (default: for ever); the only one is not waited for where it was never there',
      helpValue: 'SECONDS',
      env: 'GAFFER_RETRY',
      helpGroup: 'LOOKUP',
    }),
    count: Flags.string({ description: 'end after so many', helpValue: 'N' }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({ description: 'a JSON object on a line each: {"time", "event", ...} as lookupd tells it' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Lookup);
    const { reconnect, retry, count, json, color, ...place } = flags;
    const choices = {
      json,
      color,
      count: count === undefined ? undefined : parseEndCount('--count', count),
      patience: patienceOf({ reconnect, retry }),
    };
    const { showLookupEvents } = await import('../../lookup/show-events.ts');
    process.exit(await onLookups(place, (lookups) => showLookupEvents(lookups, choices)));
  }
}
