import { fileURLToPath } from 'node:url';
import { program } from '../../src/cli/gafferctl/main.ts';
import { runHere } from './command-line.ts';

/** The program as admins start it. */
export const GAFFERCTL = fileURLToPath(new URL('../../bin/gafferctl.js', import.meta.url));

const BUNDLE = fileURLToPath(new URL('../../dist/programs/gafferctl.cjs', import.meta.url));

/** What a command line has written, and its exit code. */
export interface CtlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of gafferctl in this process; the node is that of `GAFFER_ENDPOINT`. */
export async function ctl(...words: readonly string[]): Promise<CtlResult> {
  const { code, stdout, stderr } = await runHere(program(BUNDLE, '1.2.3'), words, { env: process.env, cwd: process.cwd() });
  return { code: code ?? 0, stdout, stderr };
}

/** What a command line prints that is to succeed. */
export async function said(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ctl(...words);
  if (code !== 0 || stderr !== '') {
    throw new Error(`gafferctl ${words.join(' ')}: ${code}: ${stderr}`);
  }
  return stdout;
}
