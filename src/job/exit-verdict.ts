import type { JobSettings } from './config.ts';
import type { ProcessExit } from './exit.ts';
import { type FlappingHistory, type FlappingVerdict, judgeFlapping } from './flapping.ts';

/** What becomes of a job when one of its processes has ended by itself. */
export type ExitVerdict =
  /** All jobs of the session end: `on_exit` is `stop`. */
  | { readonly kind: 'end_session' }
  /** The job goes on without it: `on_exit` is `ignore`. */
  | { readonly kind: 'do_without' }
  /** Another is started, at once or after a while. */
  | { readonly kind: 'replace'; readonly afterMs: number; readonly history: FlappingHistory }
  | Exclude<FlappingVerdict, { readonly kind: 'go_on' }>;

/** Without flapping control a program that can't be executed is tried again after that time, not at once for ever. */
const NOT_STARTED_RETRY_MS = 1000;

/** Decides what an exit means that gaffer did not cause. */
export function judgeExit(
  { onExit, flapping }: Pick<JobSettings, 'onExit' | 'flapping'>,
  exit: ProcessExit,
  history: FlappingHistory,
  nowMs: number,
): ExitVerdict {
  switch (onExit) {
    case 'stop':
      return { kind: 'end_session' };
    case 'ignore':
      return { kind: 'do_without' };
    case 'restart': {
      if (flapping === undefined) {
        return { kind: 'replace', afterMs: exit.kind === 'not_started' ? NOT_STARTED_RETRY_MS : 0, history };
      }
      const verdict = judgeFlapping(flapping, history, nowMs);
      return verdict.kind === 'go_on' ? { kind: 'replace', afterMs: 0, history: verdict.history } : verdict;
    }
  }
}
