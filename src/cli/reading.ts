import { APP_NAME, type JobName } from '../job/name.ts';

/** What a word of a command line can name. */
export type Reading =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'job'; readonly job: JobName }
  | { readonly kind: 'instance'; readonly job: JobName; readonly slot: number }
  | { readonly kind: 'app'; readonly session: string };

/**
 * Everything that a word can name, what is preferred first: `12` a process; `web` a job of the application; `shop.web`
 * and `shop/web` a job of another one; `web.2` an instance; `shop` an application. Names of jobs may have dots.
 * @param app the application that is meant
 */
export function readingsOf(word: string, app: string): readonly Reading[] {
  const jobs = jobsOf(word, app);
  const [, front, digits] = /^(.+)\.(\d{1,9})$/.exec(word) ?? [];
  const slot = Number(digits);
  return [
    ...(/^\d{1,15}$/.test(word) ? [{ kind: 'process', pid: Number(word) } as const] : []),
    ...jobs.map((job) => ({ kind: 'job', job }) as const),
    ...(front === undefined ? [] : jobsOf(front, app).map((job) => ({ kind: 'instance', job, slot }) as const)),
    ...(APP_NAME.test(word) ? [{ kind: 'app', session: word } as const] : []),
  ];
}

/** A job of the application, or one whose application stands before the first `.` or `/`. */
export function jobsOf(word: string, app: string): readonly JobName[] {
  const [, session, job] = /^([^./]+)[./](.+)$/s.exec(word) ?? [];
  return [...(word === '' ? [] : [{ session: app, job: word }]), ...(session === undefined || job === undefined ? [] : [{ session, job }])];
}

/** How a job is called where an application is meant: by its bare name, if it belongs to it. */
export function shortName({ session, job }: JobName, app: string): string {
  return session === app ? job : `${session}.${job}`;
}
