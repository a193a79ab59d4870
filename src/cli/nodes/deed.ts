import { GafferError } from '../../errors.ts';
import type { JobName } from '../../job/name.ts';
import { appStep, type Deed, type DeedOptions, kindsOf, type NamedTarget, stepOf } from '../deed.ts';
import { confirm } from '../prompt.ts';
import { someOf } from '../some-of.ts';
import { type Target, TargetFinder } from '../target.ts';
import { doSteps } from '../view/progress.ts';
import { type Answered, askEach, complainOf, withoutMissing } from './ask-each.ts';
import { expectNoPid } from './expect-no-pid.ts';
import type { LocatedNode } from './located-node.ts';
import { stepOn } from './step-on.ts';

/** Does something on several nodes, one after the other, to what the words name there; resolves with whether it could be done everywhere. */
export async function doDeedOn(nodes: readonly LocatedNode[], deed: Deed, { words, noInput }: DeedOptions): Promise<boolean> {
  return words.length === 0 || words[0] === '.' ? await doToApp(nodes, deed, noInput) : await doToNamed(nodes, deed, { words, noInput });
}

async function doToApp(nodes: readonly LocatedNode[], deed: Deed, noInput: boolean): Promise<boolean> {
  const { answers, failures } = await askEach(nodes, async ({ connection }): Promise<readonly JobName[]> => {
    const finder = new TargetFinder(connection);
    const jobs = await finder.jobs();
    if (jobs.length === 0) {
      throw new GafferError('session_not_found', `'${connection.app}' not found${await finder.appHint(connection.app)}`);
    }
    return jobs;
  });
  const isComplete = complainOf(someReason(answers, failures));
  const [app] = answers.map(({ node }) => node.connection.app);
  if (app === undefined || !(await mayGoOn(deed, { session: app, nodes: answers.map(({ node }) => node), noInput }))) {
    return false;
  }
  const steps = answers.map(({ node, answer: jobs }) => stepOn(node, appStep(deed, node.connection, app, jobs)));
  return (await doSteps(steps)) && isComplete;
}

async function doToNamed(nodes: readonly LocatedNode[], deed: Deed, { words, noInput }: DeedOptions): Promise<boolean> {
  for (const word of words) {
    expectNoPid(word, nodes);
  }
  const { answers, failures } = await askEach(nodes, async ({ connection }) => {
    const finder = new TargetFinder(connection);
    const targets = new Map<string, Target | undefined>();
    for (const word of words) {
      targets.set(word, await finder.find(word, kindsOf(deed)));
    }
    return { finder, targets };
  });
  const isComplete = complainOf(failures);
  const meant = words.flatMap((word) =>
    meantOf(answers.map(({ node, answer: { finder, targets } }) => ({ node, named: { word, target: targets.get(word), finder } }))),
  );
  const apps = meant.flatMap(({ node, named }) => (named.target?.kind === 'app' ? [{ node, session: named.target.session }] : []));
  for (const session of new Set(apps.map((one) => one.session))) {
    const own = apps.filter((one) => one.session === session).map(({ node }) => node);
    if (!(await mayGoOn(deed, { session, nodes: own, noInput }))) {
      return false;
    }
  }
  const steps = meant.map(({ node, named }) => {
    const step = stepOf(deed, node.connection, named);
    return named.target === undefined ? step : stepOn(node, step);
  });
  return (await doSteps(steps)) && isComplete;
}

/**
 * The nodes that have what a word names. Where it can mean a job on one and an application on another it is what is preferred on one node
 * too; where none has it, the first one tells so.
 */
export function meantOf<T extends { readonly node: LocatedNode; readonly named: Pick<NamedTarget, 'target'> }>(
  candidates: readonly T[],
): readonly T[] {
  const ranked = candidates.map((one) => ({ one, rank: rankOf(one.named.target, one.node.connection.app) }));
  const best = Math.min(...ranked.map(({ rank }) => rank));
  return best === Number.POSITIVE_INFINITY ? candidates.slice(0, 1) : ranked.filter(({ rank }) => rank === best).map(({ one }) => one);
}

function rankOf(target: Target | undefined, app: string): number {
  switch (target?.kind) {
    case 'job':
      return target.job.session === app ? 0 : 1;
    case 'process':
      return 2;
    case 'app':
      return 3;
    case undefined:
      return Number.POSITIVE_INFINITY;
  }
}

/** Why nodes were left out; that they have no such application only where none has it. */
function someReason<T>(answers: readonly Answered<T>[], failures: readonly Answered<GafferError>[]): readonly Answered<GafferError>[] {
  const real = withoutMissing(failures);
  return answers.length === 0 && real.length === 0 ? failures.slice(0, 1) : real;
}

interface WholeApp {
  readonly session: string;
  readonly nodes: readonly LocatedNode[];
  readonly noInput: boolean;
}

async function mayGoOn({ isDisruptive, verb }: Deed, { session, nodes, noInput }: WholeApp): Promise<boolean> {
  const where = someOf(nodes.map(({ label }) => label));
  return noInput || !isDisruptive || (await confirm(`Do you want to ${verb} '${session}' on ${where}?`));
}
