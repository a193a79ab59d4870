import { runSingle } from '../run-single.ts';
import { GafferLookupd } from './command.ts';

/** The command of `gaffer_lookupd`; oclif finds it here by this name. */
export default GafferLookupd;

declare const GAFFER_VERSION: string;

/** Runs `gaffer_lookupd`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runSingle({ name: 'gaffer_lookupd', version: GAFFER_VERSION, file, command: GafferLookupd });
}
