import { runSingle } from '../run-single.ts';
import { Gafferd } from './command.ts';

/** The command of `gafferd`; oclif finds it here by this name. */
export default Gafferd;

declare const GAFFER_VERSION: string;

/** Runs `gafferd`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runSingle({ name: 'gafferd', version: GAFFER_VERSION, file, command: Gafferd });
}
