import { DEFAULT_SESSION, formatJobName, type JobName, parseJobName } from '../job/name.ts';

/**
 * The jobs that a name of 0.4 can mean, the likeliest first: `web` is that of the session that needs no name, `shop:web`
 * that of another; `shop.web`, as jobs are called now, is understood too.
 */
export function jobsOfOldName(text: string): readonly JobName[] {
  const colon = text.indexOf(':');
  const found: JobName[] = [
    ...(colon > 0 ? [{ session: text.slice(0, colon), job: text.slice(colon + 1) }] : []),
    { session: DEFAULT_SESSION, job: text },
    parseJobName(text),
  ];
  const names = found.map(formatJobName);
  return found.filter((_, index) => names.indexOf(names[index] ?? '') === index);
}
