import type { LogSelection } from '../job/log.ts';
import { parseJobName } from '../job/name.ts';
import type { Connection } from './connection.ts';
import { Ending } from './ending.ts';
import type { Patience } from './lasting.ts';
import { followLog } from './log-following.ts';
import { selectionOf } from './log-selection.ts';
import { recentEntries } from './recent-entries.ts';
import { displayWriter, jsonWriter } from './view/log-writer.ts';

/** What is shown of a log, and how. */
export interface LogChoices {
  /** How many of the last lines; what follows them is shown as well if `follow` says so. */
  readonly lines: number;
  readonly follow: boolean;
  readonly patience: Patience;
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Shows a log; resolves with the exit code. */
export async function showLog(connection: Connection, word: string | undefined, choices: LogChoices): Promise<number> {
  const selection = await selectionOf(connection, word);
  const end = new Ending();
  const writer = choices.json
    ? jsonWriter(end.broken)
    : displayWriter({ color: choices.color, jobs: await jobsOf(connection, selection) }, end.broken);
  const recent = await recentEntries(connection.node, selection, { lines: choices.lines, isCounted: (entry) => writer.shows(entry) });
  if (choices.follow) {
    const isAll = recent.filter((entry) => writer.shows(entry)).length < choices.lines;
    return await followLog(connection, { word, selection, recent, isAll, writer, end, patience: choices.patience });
  }
  for (const entry of recent) {
    await writer.write(entry);
  }
  await Promise.race([writer.finish(), end.reached]);
  return end.signal.aborted ? await end.reached : 0;
}

/** The jobs that are meant and how many processes of them are wanted: for the place that their names take. */
export async function jobsOf({ node }: Connection, selection: LogSelection): Promise<readonly { readonly name: string; readonly count: number }[]> {
  const wanted = selection.pid === undefined ? selection.job : parseJobName((await node.processInfo(selection.pid)).name);
  const jobs = wanted === undefined ? await node.overview(selection.session) : [await node.jobOverview(wanted)];
  return jobs.map(({ name, max_processes: count }) => ({ name: parseJobName(name).job, count }));
}
