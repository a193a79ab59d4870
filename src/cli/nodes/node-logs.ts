import type { GafferError } from '../../errors.ts';
import type { LogEntry, LogSelection } from '../../job/log.ts';
import { eventText } from '../../output/event-text.ts';
import { selectionOf } from '../log-selection.ts';
import { jobsOf, type LogChoices } from '../logs.ts';
import { recentEntries } from '../recent-entries.ts';
import { type Answered, askEach, withoutMissing } from './ask-each.ts';
import { inOrderOfTime } from './joint-beginning.ts';
import type { LocatedNode } from './located-node.ts';

/** What of a node's log is meant, and what it begins with. */
export interface NodeLog {
  readonly node: LocatedNode;
  readonly selection: LogSelection;
  readonly recent: readonly LogEntry[];
  /** That is all that there is. */
  readonly isAll: boolean;
  /** The jobs that it is about, and how many processes of them are wanted. */
  readonly jobs: readonly { readonly name: string; readonly count: number }[];
}

/** Reads what the logs of several nodes begin with: together as many lines as are wanted. @throws GafferError where none of them has such a log */
export async function readLogs(
  nodes: readonly LocatedNode[],
  word: string | undefined,
  choices: Pick<LogChoices, 'lines' | 'json'>,
): Promise<{ readonly logs: readonly NodeLog[]; readonly failures: readonly Answered<GafferError>[] }> {
  const isCounted = (entry: LogEntry): boolean => choices.json || entry.kind !== 'event' || eventText(entry.event) !== undefined;
  const { answers, failures } = await askEach(nodes, async (node): Promise<NodeLog> => {
    const { connection } = node;
    const selection = await selectionOf(connection, word);
    const recent = await recentEntries(connection.node, selection, { lines: choices.lines, isCounted });
    const isAll = recent.filter(isCounted).length < choices.lines;
    return { node, selection, recent, isAll, jobs: await jobsOf(connection, selection) };
  });
  const troubles = withoutMissing(failures);
  const [first] = failures;
  if (answers.length === 0 && troubles.length === 0 && first !== undefined) {
    throw first.answer;
  }
  const logs = lastOf(
    answers.map(({ answer }) => answer),
    choices.lines,
    isCounted,
  );
  return { logs, failures: troubles };
}

/** What of several logs is among the last lines of all. */
export function lastOf(logs: readonly NodeLog[], lines: number, isCounted: (entry: LogEntry) => boolean): readonly NodeLog[] {
  const all = inOrderOfTime(logs.flatMap(({ recent }, log) => recent.map((entry) => ({ log, entry }))));
  const counted = all.flatMap(({ entry }, index) => (isCounted(entry) ? [index] : []));
  const last = new Set((counted.length > lines ? all.slice(lines === 0 ? all.length : counted.at(-lines)) : all).map(({ entry }) => entry));
  return logs.map((log) => {
    const recent = log.recent.filter((entry) => last.has(entry));
    return { ...log, recent, isAll: log.isAll && recent.length === log.recent.length };
  });
}
