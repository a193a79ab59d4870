import { readMachineAccounts } from '../trust/accounts-of-machine.ts';
import { sentenceOf } from '../trust/file-doubts.ts';
import { lookAtPath } from '../trust/look-at-path.ts';
import { mendingOf } from '../trust/mending.ts';
import { weaknessesOf } from '../trust/weakness.ts';

/**
 * Why a plugin's code must not be run: everybody on the machine could have put it there, or for root anybody else. Undefined where
 * it may be.
 */
export function untrustedModule(module: string, uid: number | undefined = process.geteuid?.()): string | undefined {
  if (uid === undefined) {
    return undefined;
  }
  const weakness = weaknessesOf(lookAtPath(module, readMachineAccounts()), new Set([uid])).find(({ who }) => uid === 0 || who.kind === 'everybody');
  return weakness === undefined ? undefined : `its code is not run, for ${sentenceOf(weakness)}: ${mendingOf(weakness, uid)}`;
}
