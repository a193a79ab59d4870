import { GafferError } from '../../errors.ts';
import { applyScale } from '../../job/scale.ts';
import { confirm } from '../prompt.ts';
import { type Change, changesOf, formationOf, formationText, type ScaledJob, scaledRecord, scaleStep } from '../scale.ts';
import type { ScaleRequest } from '../scale-words.ts';
import { TargetFinder } from '../target.ts';
import { doSteps } from '../view/progress.ts';
import { type Answered, askEach, complainOf, withoutMissing } from './ask-each.ts';
import type { LocatedNode } from './located-node.ts';
import { stepOn } from './step-on.ts';

/** What several nodes are scaled with. */
export interface NodesScaling {
  readonly app: string;
  readonly changes: ScaleRequest['changes'];
  readonly json: boolean;
  /** The nodes were chosen by whoever asks: nothing is asked back. */
  readonly isChosen: boolean;
}

/** Prints how many processes of each job are wanted, a line for each node. */
export async function printFormations(nodes: readonly LocatedNode[], { app, json }: Pick<NodesScaling, 'app' | 'json'>): Promise<boolean> {
  const { answers, failures } = await askEach(nodes, async ({ connection: { node } }) => await formationOf(node, await node.jobs(app)));
  const isComplete = complainOf(withoutMissing(failures));
  const jobs = answers.flatMap(({ node, answer }) => answer.map((job) => recordOf(node, job)));
  const lines = answers.map(({ node, answer }) => `${node.label}: ${formationText(answer)}\n`);
  process.stdout.write(json ? `${JSON.stringify({ app, jobs })}\n` : lines.join(''));
  return isComplete;
}

/** Scales jobs on each of several nodes, after asking whether that is meant; resolves with whether it could be done everywhere. */
export async function scaleJobsOn(nodes: readonly LocatedNode[], { app, changes, json, isChosen }: NodesScaling): Promise<boolean> {
  const { answers, failures } = await askEach(nodes, async ({ connection }) => {
    const finder = new TargetFinder(connection);
    const wanted = await changesOf(finder, app, changes);
    const jobs = wanted.flatMap(({ job }) => job ?? []);
    return { finder, wanted, present: await formationOf(connection.node, jobs) };
  });
  const isComplete = complainOf(withoutMissing(failures));
  const prospects = answers.flatMap(({ node, answer }) => answer.wanted.flatMap((change) => prospectOf(node, change, answer.present)));
  if (!isChosen && isDoubtful(prospects) && !(await isMeant(prospects))) {
    return false;
  }
  const formation: object[] = [];
  const steps = stepsOf(answers, (node, { finder }, change) =>
    scaleStep(node.connection, { finder, change, json, onScaled: (job) => formation.push(recordOf(node, job)) }),
  );
  const ok = await doSteps(steps);
  if (json) {
    process.stdout.write(`${JSON.stringify({ app, jobs: formation })}\n`);
  }
  return ok && isComplete;
}

/** What would come of a change on one node. */
export interface Prospect {
  readonly node: string;
  /** The change as it was typed: `web=5`. */
  readonly change: string;
  readonly now: number;
  readonly then: number;
}

/** Whether more may be changed than was meant: several nodes have the jobs, and something would change. */
export function isDoubtful(prospects: readonly Prospect[]): boolean {
  return new Set(prospects.map(({ node }) => node)).size > 1 && prospects.some(({ now, then }) => now !== then);
}

/** What changes mean on several nodes, a line for each: `web=5 on 2 nodes: n1 from 2 to 5, n2 from 1 to 5; 10 in all`. */
export function prospectLines(prospects: readonly Prospect[]): readonly string[] {
  return [...new Set(prospects.map(({ change }) => change))].map((change) => {
    const own = prospects.filter((one) => one.change === change);
    const nodes = own.map(({ node, now, then }) => `${node} from ${now} to ${then}`).join(', ');
    const all = own.reduce((sum, { then }) => sum + then, 0);
    return `${change} on ${own.length} ${own.length === 1 ? 'node' : 'nodes'}: ${nodes}; ${all} in all`;
  });
}

/** @throws GafferError `bad_usage` where nobody can be asked */
async function isMeant(prospects: readonly Prospect[]): Promise<boolean> {
  const lines = prospectLines(prospects);
  if (!process.stdin.isTTY) {
    throw new GafferError(
      'bad_usage',
      `${lines.join(' and ')}: nobody can be asked whether that is meant; --node NAME chooses a node, --node '*' all`,
    );
  }
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  return await confirm('Do you want that?');
}

function prospectOf({ label }: LocatedNode, { job, operand }: Change, present: readonly ScaledJob[]): readonly Prospect[] {
  const now = present.find((one) => one.job === job)?.numprocesses;
  return job === undefined || now === undefined
    ? []
    : [{ node: label, change: `${job.job}${operand.op}${operand.n}`, now, then: applyScale(now, operand) }];
}

type Answer = { readonly finder: TargetFinder; readonly wanted: readonly Change[] };

/** A step for each change on each node that has the job; where none has it the first one tells so. */
function stepsOf(
  answers: readonly Answered<Answer>[],
  stepOf: (node: LocatedNode, answer: Answer, change: Change) => ReturnType<typeof scaleStep>,
): readonly ReturnType<typeof scaleStep>[] {
  const all = answers.flatMap(({ node, answer }) => answer.wanted.map((change) => ({ node, answer, change })));
  const found = all.filter(({ change }) => change.job !== undefined);
  const words = new Set(found.map(({ change }) => change.word));
  const nowhere = new Map(all.filter(({ change }) => !words.has(change.word)).map((one) => [one.change.word, one]));
  return [
    ...found.map(({ node, answer, change }) => stepOn(node, stepOf(node, answer, change))),
    ...[...nowhere.values()].map(({ node, answer, change }) => stepOf(node, answer, change)),
  ];
}

function recordOf(node: LocatedNode, job: ScaledJob): object {
  return { node: node.label, ...scaledRecord(job) };
}
