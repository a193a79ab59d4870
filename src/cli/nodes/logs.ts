import { Ending } from '../ending.ts';
import type { LogChoices } from '../logs.ts';
import { displayWriters, jsonWriters } from '../view/log-writer.ts';
import { complainOf } from './ask-each.ts';
import { expectNoPid } from './expect-no-pid.ts';
import { inOrderOfTime } from './joint-beginning.ts';
import { LogsFollowing } from './logs-following.ts';
import type { NodeFinder } from './node-finder.ts';
import { readLogs } from './node-logs.ts';

/** Shows the logs of several nodes as one; resolves with the exit code. @throws GafferError where none of them has such a log */
export async function showLogs(finder: NodeFinder, word: string | undefined, choices: LogChoices): Promise<number> {
  const nodes = await finder.find();
  expectNoPid(word, nodes);
  const end = new Ending();
  const { logs, failures } = await readLogs(nodes, word, choices);
  const isComplete = complainOf(failures);
  const jobs = logs.flatMap((log) => log.jobs.map((job) => ({ ...job, place: log.node.label })));
  const writers = choices.json ? jsonWriters(end.broken) : displayWriters({ color: choices.color, jobs }, end.broken);
  if (choices.follow) {
    const following = new LogsFollowing({ finder, word, choices, writers, end });
    return (await following.run(logs)) || Number(!isComplete);
  }
  const ofNodes = logs.map(({ node }) => writers.of(node.label));
  for (const { log, entry } of inOrderOfTime(logs.flatMap(({ recent }, log) => recent.map((entry) => ({ log, entry }))))) {
    await ofNodes[log]?.write(entry);
  }
  await Promise.race([writers.finish(), end.reached]);
  return (end.signal.aborted && (await end.reached)) || Number(!isComplete);
}
