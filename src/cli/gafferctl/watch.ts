import { wantsColor } from '../../output/color.ts';
import { Ending } from '../ending.ts';
import { followEvents } from '../events.ts';
import type { Patience } from '../lasting.ts';
import type { NodeConnection } from './place.ts';
import type { WatchFilter } from './watch-filter.ts';
import { watchWriter } from './watch-writer.ts';

/** What is watched, and how it is shown. */
export interface WatchChoices extends WatchFilter {
  readonly heartbeatMs: number | undefined;
  readonly count: number | undefined;
  readonly json: boolean;
  /** Colours, also where stdout is no terminal. */
  readonly colorize: boolean;
  readonly patience: Patience;
}

/** Shows what happens on a node until Ctrl-C, also when the node goes away and comes back; resolves with the exit code. @throws GafferError */
export async function watch(connection: NodeConnection, { json, colorize, ...choices }: WatchChoices): Promise<number> {
  const end = new Ending();
  const color = wantsColor({ flag: colorize ? true : undefined, env: process.env, isTerminal: process.stdout.isTTY });
  const writer = watchWriter({ json, color }, end.broken);
  return await followEvents(connection, { ...choices, since: undefined, lines: 0, follow: true }, { writer, end });
}
