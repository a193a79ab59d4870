import { GafferError } from '../../errors.ts';
import { complain } from '../complain.ts';

/** A piece of work. */
export interface Step {
  /** What is shown while it is done. */
  readonly title: string;
  /** Does it, and tells the line that is shown then; undefined for none. @throws GafferError what kept it from being done */
  readonly work: () => Promise<string | undefined>;
}

/** Work that is done sooner shows no progress. */
const QUICK_MS = 150;

/** Failures that have nothing to do with the step: the next one would meet the same. */
const FATAL: readonly string[] = ['unreachable', 'no_answer', 'bad_answer', 'unauthorized', 'forbidden'];

/** Does one step after the other and shows it; one that fails does not keep the others from being done. Resolves with whether all went well. */
export async function doSteps(steps: readonly Step[]): Promise<boolean> {
  return isTerminal() ? await onTerminal(steps) : await plainly(steps);
}

/** Whether progress can be shown. */
function isTerminal(): boolean {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb';
}

async function plainly(steps: readonly Step[]): Promise<boolean> {
  let ok = true;
  for (const { work } of steps) {
    const said = await outcomeOf(work());
    say(said);
    ok &&= said.ok;
  }
  return ok;
}

/** Shows the steps while they are done, if that takes a while, and then their lines alone. */
async function onTerminal(steps: readonly Step[]): Promise<boolean> {
  let before: Promise<unknown> = Promise.resolve();
  const outcomes = steps.map(({ work }) => {
    const outcome = before.then(() => outcomeOf(work()));
    outcome.catch(() => undefined); // is met below
    before = outcome;
    return outcome;
  });
  const all = Promise.allSettled(outcomes);
  if (!(await isQuick(all))) {
    await showTasks(steps.map(({ title }, index) => ({ title, outcome: outcomes[index] as Promise<Outcome> })));
  }
  const said: Outcome[] = [];
  for (const outcome of outcomes) {
    const one = await outcome;
    say(one);
    said.push(one);
  }
  return said.every(({ ok }) => ok);
}

async function isQuick(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), QUICK_MS);
  });
  const quick = await Promise.race([work.then(() => true), slow]);
  clearTimeout(timer);
  return quick;
}

async function showTasks(tasks: readonly { readonly title: string; readonly outcome: Promise<Outcome> }[]): Promise<void> {
  const { Listr } = await import('listr2');
  const list = tasks.map(({ title, outcome }) => ({
    title,
    task: async (): Promise<void> => {
      if (!(await outcome).ok) {
        throw new Error(title);
      }
    },
  }));
  const showCursor = (): void => {
    process.stdout.write('\x1b[?25h\n');
    process.exit(130);
  };
  process.once('SIGINT', showCursor);
  try {
    await new Listr(list, { exitOnError: false, registerSignalListeners: false, rendererOptions: { clearOutput: true } }).run();
  } finally {
    process.off('SIGINT', showCursor);
  }
}

interface Outcome {
  readonly ok: boolean;
  readonly line: string | undefined;
}

async function outcomeOf(work: Promise<string | undefined>): Promise<Outcome> {
  try {
    return { ok: true, line: await work };
  } catch (error) {
    if (!(error instanceof GafferError) || FATAL.includes(error.code)) {
      throw error;
    }
    return { ok: false, line: error.message };
  }
}

function say({ ok, line }: Outcome): void {
  if (!ok) {
    complain(line ?? '');
  } else if (line !== undefined) {
    process.stdout.write(`${line}\n`);
  }
}
