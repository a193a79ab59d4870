import * as Flags from '@oclif/core/flags';
import type { Patience } from './lasting.ts';
import { parseSeconds } from './seconds.ts';

/** Options of commands that wait for a node that has gone away. */
export const retryFlags = {
  reconnect: Flags.boolean({
    description: 'when the node goes away, wait for it and go on (the default); a "gaffer start" that has ended is not waited for',
    allowNo: true,
    default: true,
    helpGroup: 'NODE',
  }),
  retry: Flags.string({
    description: 'how long to wait for it (default: for ever)',
    helpValue: 'SECONDS',
    env: 'GAFFER_RETRY',
    helpGroup: 'NODE',
  }),
};

/** Reads those options. @throws GafferError `bad_usage` */
export function patienceOf({ reconnect, retry }: { readonly reconnect: boolean; readonly retry?: string | undefined }): Patience {
  return { reconnect, patienceMs: retry === undefined ? undefined : parseSeconds('--retry', retry) * 1000 };
}
