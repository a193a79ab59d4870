import type { EventScope } from '../../client/event-scope.ts';
import { GafferError } from '../../errors.ts';
import type { GafferEvent } from '../../job/event.ts';
import { formatJobName, parseJobName } from '../../job/name.ts';
import { oldEventNames } from '../../protocol/event-names.ts';
import { jobsOfOldName, oldJobName } from '../../protocol/old-name.ts';
import { TEMPLATE_TYPES } from '../../protocol/old-watch.ts';
import { closest } from '../../suggestion.ts';
import { eventFilter } from '../event-filter.ts';
import { newJobName } from './names.ts';

/** Which events are watched. */
export interface WatchFilter {
  readonly isMeant: (event: GafferEvent) => boolean;
  /** Whose events are enough for that; undefined: everybody's. */
  readonly scope: EventScope | undefined;
}

/**
 * Reads a pattern: none or `.` for everything, `create` or `spawn` for a type, `proc.dummy` for what happens to a job and
 * `proc.dummy.spawn` for one type of that, or one of today, `job.shop.web`.
 * @throws GafferError `bad_usage` for what no event is called
 */
export function watchFilter(pattern = '.'): WatchFilter {
  const [, name = ''] = /^proc\.(?!\d+(?:\.|$))(.+?)\.?$/s.exec(pattern.trim()) ?? [];
  if (name === '') {
    return { isMeant: filterOf(pattern.trim().replace(/(?<=.)\.$/, '')), scope: scopeOf(pattern) };
  }
  const [, front, type] = /^(.+)\.([^.]+)$/s.exec(name) ?? [];
  const parts = front !== undefined && type !== undefined && TEMPLATE_TYPES.includes(type) ? [front, type] : [name];
  const meant = parts.length === 1 && type !== undefined ? closest(type, TEMPLATE_TYPES) : undefined;
  if (meant !== undefined) {
    throw new GafferError(
      'bad_usage',
      `expected proc.NAME or proc.NAME.TYPE with one of ${TEMPLATE_TYPES.join(', ')}, got "${pattern}"; did you mean "proc.${front}.${meant}"?`,
    );
  }
  const [template = '', ...types] = parts;
  const names = new Set(
    jobsOfOldName(template).flatMap((job) =>
      (types.length === 0 ? TEMPLATE_TYPES : types).map((one) => `proc.${oldJobName(formatJobName(job))}.${one}`),
    ),
  );
  return {
    isMeant: (event) => oldEventNames(event).some((one) => names.has(one)),
    scope: { job: newJobName(template) },
  };
}

/** @throws GafferError `bad_usage`, which tells how a job is written */
function filterOf(pattern: string): WatchFilter['isMeant'] {
  try {
    return eventFilter([pattern], undefined);
  } catch (error) {
    throw error instanceof GafferError
      ? new GafferError(error.code, `${error.message}; proc.NAME is what happens to a job`, { cause: error })
      : error;
  }
}

/** `job.shop` is a session, `job.shop.web.exit` can be a job with dots: its session is enough too. */
function scopeOf(pattern: string): EventScope | undefined {
  const [, session, job] = /^job\.([^.]+)(?:\.([^.]+))?/.exec(pattern.trim()) ?? [];
  return session === undefined ? undefined : job === undefined ? { session } : { job: parseJobName(`${session}.${job}`) };
}
