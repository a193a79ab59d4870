import { GafferError } from '../../errors.ts';
import { wantsColor } from '../../output/color.ts';
import { complain } from '../complain.ts';
import type { Patience } from '../lasting.ts';
import { type PsChoices, watch } from '../ps.ts';
import { psPaint } from '../view/paint.ts';
import { type PlacedJob, psText } from '../view/ps-text.ts';
import { type Answered, askEach, troubleText, withoutMissing } from './ask-each.ts';
import type { NodeFinder } from './node-finder.ts';

/** What several nodes run of an application. */
export interface NodesOverview {
  /** What is to be shown. */
  readonly text: string;
  /** Why some of it may be missing, in lines of their own; part of the text where that is JSON. */
  readonly troubles: readonly string[];
}

/** How they are shown. */
export interface NodesPsChoices extends PsChoices {
  /** Look again every second. */
  readonly again: boolean;
  readonly patience: Patience;
}

/** Shows what several nodes run of an application; resolves with the exit code. @throws GafferError */
export async function psOfNodes(finder: NodeFinder, { again, patience, ...choices }: NodesPsChoices): Promise<number> {
  const look = await overviewOfNodes(finder, choices);
  if (again) {
    return await watch(async () => watchedText(await look(), choices.json), { ...patience, place: finder.place, json: choices.json });
  }
  const { text, troubles } = await look();
  process.stdout.write(text === '' ? '' : `${text}\n`);
  for (const trouble of troubles) {
    complain(trouble);
  }
  return troubles.length === 0 ? 0 : 1;
}

function watchedText({ text, troubles }: NodesOverview, json: boolean): string {
  return json ? text : [text, ...troubles].filter((part) => part !== '').join('\n\n');
}

/** A way to look at an application that several nodes run. @throws GafferError where none of them has it */
export async function overviewOfNodes(finder: NodeFinder, { json, color }: PsChoices): Promise<() => Promise<NodesOverview>> {
  const { app } = finder;
  const paint = await psPaint(wantsColor({ flag: color, env: process.env, isTerminal: process.stdout.isTTY }));
  return async () => {
    const { answers, failures } = await askEach(await finder.find(), async ({ connection }) => await connection.node.overview(app));
    const [missing] = failures;
    const real = withoutMissing(failures);
    if (answers.length === 0 && real.length === 0 && missing !== undefined) {
      throw new GafferError('session_not_found', `'${app}' is not loaded any more on ${missing.node.label}`, { cause: missing.answer });
    }
    const jobs = answers.flatMap(({ node, answer }) => answer.map((job): PlacedJob => ({ node: node.label, ...job })));
    const troubles = real.map(troubleText);
    const text = json ? JSON.stringify({ app, jobs, unreachable: real.map(recordOf) }) : psText(jobs, { nowMs: Date.now(), paint });
    return { text, troubles };
  };
}

function recordOf({ node, answer }: Answered<GafferError>): object {
  return { node: node.label, origin: node.origin, reason: answer.message };
}
