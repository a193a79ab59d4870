import type { LookupResult, Lookups } from '../../client/lookups.ts';
import { GafferError } from '../../errors.ts';
import { harmlessLine } from '../../finding.ts';
import { formatJobName, parseJobName } from '../../job/name.ts';
import { wantsColor } from '../../output/color.ts';
import { closest } from '../../suggestion.ts';
import { tellFailures } from '../lookup-options.ts';
import { someOf } from '../some-of.ts';
import { jobsText, nodesText, sessionsText, sourcesText, type TitlePaint } from '../view/lookup-text.ts';
import { psPaint } from '../view/paint.ts';

/** How an answer is shown. */
export interface AnswerLook {
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Shows the nodes that lookupds know. @throws GafferError */
export async function showNodes(lookups: Lookups, look: AnswerLook): Promise<void> {
  const nodes = await lookups.nodes();
  await show(nodes, look, { record: { nodes: nodes.answer }, text: () => nodesText(nodes.answer) });
}

/** Shows every job, and where it runs. @throws GafferError */
export async function showJobs(lookups: Lookups, look: AnswerLook): Promise<void> {
  const jobs = await lookups.jobs();
  await show(jobs, look, { record: { nb_jobs: jobs.answer.length, jobs: jobs.answer }, text: (title) => jobsText(jobs.answer, title) });
}

/** Shows where a job runs. @throws GafferError `job_not_found` when it runs nowhere, after that was shown */
export async function showJob(lookups: Lookups, look: AnswerLook, word: string): Promise<void> {
  const name = formatJobName(parseJobName(word));
  const sources = await lookups.findJob(name);
  await show(sources, look, { record: { sources: sources.answer }, text: (title) => sourcesText(sources.answer, title) });
  if (sources.answer.length === 0) {
    const known = await namesIn(lookups.jobs(), ({ name: one }) => one);
    throw new GafferError('job_not_found', `no node has a job '${name}'${meant(name, known) || elsewhere(word, known)}`);
  }
}

/** Shows the sessions, of all nodes or of those of one name. @throws GafferError `session_not_found` where a node has none, after that was shown */
export async function showSessions(lookups: Lookups, look: AnswerLook, node: string | undefined): Promise<void> {
  const sessions = await lookups.sessions(node);
  const { answer } = sessions;
  await show(sessions, look, { record: { nb_sessions: answer.length, sessions: answer }, text: (title) => sessionsText(answer, title) });
  if (node !== undefined && answer.length === 0) {
    const names = await namesIn(lookups.nodes(), ({ name }) => name ?? '');
    if (!names.includes(node)) {
      throw new GafferError('session_not_found', `there is no node '${node}'${meant(node, names)}`);
    }
  }
}

/** Shows the jobs of a session, and where they run. @throws GafferError `session_not_found` when nobody has it, after that was shown */
export async function showSession(lookups: Lookups, look: AnswerLook, session: string): Promise<void> {
  const jobs = await lookups.findSession(session);
  await show(jobs, look, { record: { nb_jobs: jobs.answer.length, jobs: jobs.answer }, text: (title) => jobsText(jobs.answer, title) });
  if (jobs.answer.length === 0) {
    const known = await namesIn(lookups.sessions(), ({ sessionid }) => sessionid);
    throw new GafferError('session_not_found', `no node has a session '${session}'${meant(session, known)}`);
  }
}

interface Shown {
  readonly record: object;
  readonly text: (title: TitlePaint) => string;
}

/** Shows an answer, and says on stderr what is not in it. */
async function show({ failures }: LookupResult<unknown>, { json, color }: AnswerLook, { record, text }: Shown): Promise<void> {
  if (json) {
    const missing = failures.map(({ endpoint, error }) => ({ lookupd: endpoint, error: error.message }));
    process.stdout.write(`${JSON.stringify({ ...record, ...(missing.length > 0 && { missing }) })}\n`);
  } else {
    const paint = await psPaint(wantsColor({ flag: color, env: process.env, isTerminal: process.stdout.isTTY }));
    process.stdout.write(text((line) => paint.title(line)));
  }
  tellFailures({ failures });
}

async function namesIn<T>(result: Promise<LookupResult<readonly T[]>>, name: (one: T) => string): Promise<readonly string[]> {
  return (await result).answer.map(name);
}

/** What was probably meant, as the end of a sentence. */
function meant(word: string, names: readonly string[]): string {
  const near = closest(word, names);
  return near === undefined || near === word ? '' : `; did you mean "${harmlessLine(near)}"?`;
}

/** The same for a word without an application: jobs of that name in others. */
function elsewhere(word: string, names: readonly string[]): string {
  const same = names.filter((name) => name.endsWith(`.${word}`)).map((name) => `"${harmlessLine(name)}"`);
  return same.length === 0 ? '' : `; did you mean ${same.length === 1 ? '' : 'one of '}${someOf(same)}?`;
}
