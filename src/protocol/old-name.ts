import { APP_NAME, DEFAULT_SESSION, formatJobName, type JobName, parseJobName } from '../job/name.ts';

/**
 * The jobs that a name of 0.4 can mean, the likeliest first: `web` is that of the session that needs no name, `shop:web`
 * that of another; `shop.web`, as jobs are called now, is understood too.
 */
export function jobsOfOldName(text: string): readonly JobName[] {
  const found = [groupedJob(text), { session: DEFAULT_SESSION, job: text }, fullName(text)].filter((name) => name !== undefined);
  const names = found.map(formatJobName);
  return found.filter((_, index) => names.indexOf(names[index] ?? '') === index);
}

/** The job that a template of this name becomes: `shop:web` is one of the session `shop`. */
export function jobOfTemplate(text: string): JobName {
  return groupedJob(text) ?? { session: DEFAULT_SESSION, job: text };
}

/** What 0.4 called a job: `web` in the session that needs no name, `shop:web` in another; {@link jobsOfOldName} finds it again by that first. */
export function oldJobName(fullName: string): string {
  const { session, job } = parseJobName(fullName);
  const isPlain = session === DEFAULT_SESSION && groupedJob(job) === undefined && !/^\d+$/.test(job);
  return isPlain ? job : `${session}:${job}`;
}

/** What is in front of the first colon is the session, if it can be one: with a dot in it, it would be another job's full name. */
function groupedJob(text: string): JobName | undefined {
  const colon = text.indexOf(':');
  const session = text.slice(0, Math.max(0, colon));
  return APP_NAME.test(session) && colon + 1 < text.length ? { session, job: text.slice(colon + 1) } : undefined;
}

function fullName(text: string): JobName | undefined {
  const at = /^[^./]+[./]./.test(text) ? parseJobName(text) : undefined;
  return at !== undefined && APP_NAME.test(at.session) ? at : undefined;
}
