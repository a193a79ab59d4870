import { readMachineAccounts } from '../trust/accounts-of-machine.ts';
import { sentenceOf } from '../trust/file-doubts.ts';
import { lookAtPath } from '../trust/look-at-path.ts';
import { mendingOf } from '../trust/mending.ts';
import { weaknessesOf } from '../trust/weakness.ts';
import { filesIn } from './fingerprint.ts';

/** A plugin's code. */
export interface PluginCode {
  readonly folder: string;
  /** Its main module, which may be somewhere else. */
  readonly module: string;
}

/**
 * Why a plugin's code must not be run: everybody on the machine could have put it there, or for root anybody else. Undefined where
 * it may be. Packages that it has installed are not looked at one by one.
 */
export function untrustedCode({ folder, module }: PluginCode, uid: number | undefined = process.geteuid?.()): string | undefined {
  if (uid === undefined) {
    return undefined;
  }
  const accounts = readMachineAccounts();
  const trusted = new Set([uid]);
  for (const path of new Set([module, ...[...filesIn(folder)].map((file) => file.path)])) {
    const weakness = weaknessesOf(lookAtPath(path, accounts), trusted).find(({ who }) => uid === 0 || who.kind === 'everybody');
    if (weakness !== undefined) {
      return `${path}: ${sentenceOf(weakness)}, so its code is not run: ${mendingOf(weakness, uid)}`;
    }
  }
  return undefined;
}
