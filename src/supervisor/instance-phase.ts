import type { GroupEnd } from './group-end.ts';

/** What a process is doing. */
export type InstancePhase =
  /** It waits for its turn to be started. */
  | { readonly kind: 'waiting' }
  /** Its host starts it. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly osPid: number }
  /** Somebody asked it to end. */
  | { readonly kind: 'ending'; readonly osPid: number; readonly end: GroupEnd }
  /** It has ended; others of its group may go on until `end` is done. */
  | { readonly kind: 'exited'; readonly osPid: number; readonly end: GroupEnd | undefined }
  /** Nobody is left of it. */
  | { readonly kind: 'gone'; readonly osPid: number };
