import { fileURLToPath } from 'node:url';
import { COMMANDS, RULES } from '../../src/cli/gaffer/main.ts';
import { GAFFER_VOICE } from '../../src/cli/voice.ts';
import { runHere, type Surroundings } from './command-line.ts';
import type { ProgramResult } from './program.ts';
import type { TestProject } from './project.ts';

const BUNDLE = fileURLToPath(new URL('../../dist/programs/gaffer.cjs', import.meta.url));

/** Runs a command line of gaffer in this process. */
export async function gafferHere(words: readonly string[], surroundings: Surroundings): Promise<ProgramResult> {
  const program = { voice: GAFFER_VOICE, version: '1.2.3', file: BUNDLE, commands: COMMANDS, ...RULES, completed: () => Promise.resolve([]) };
  return await runHere(program, words, surroundings);
}

/** Runs a command line of gaffer in this process, in a project's folder. */
export async function gafferIn(
  project: TestProject,
  words: readonly string[],
  { env, ...more }: { readonly env?: Readonly<Record<string, string | undefined>>; readonly input?: string } = {},
): Promise<ProgramResult> {
  return await gafferHere(words, { cwd: project.root, env: project.env(env), ...more });
}
