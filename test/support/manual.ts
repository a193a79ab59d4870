import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Manifest, type ProgramHelp, programHelp } from '../../src/cli/man/help.ts';

const PROGRAMS = fileURLToPath(new URL('../../dist/programs', import.meta.url));

/** The folder of the manual pages that are built. */
export const MANUAL = fileURLToPath(new URL('../../dist/man', import.meta.url));

/** The help of every program that is built. */
export function builtPrograms(): readonly ProgramHelp[] {
  return readdirSync(PROGRAMS)
    .filter((name) => existsSync(`${PROGRAMS}/${name}/oclif.manifest.json`))
    .map((name) => programHelp(name, JSON.parse(readFileSync(`${PROGRAMS}/${name}/oclif.manifest.json`, 'utf8')) as Manifest));
}
