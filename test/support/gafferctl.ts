import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { program } from '../../src/cli/gafferctl/main.ts';
import { GAFFERCTL_VOICE } from '../../src/cli/gafferctl/voice.ts';
import { runLine } from '../../src/cli/run-program.ts';
import { speakAs } from '../../src/cli/voice.ts';

/** The program as admins start it. */
export const GAFFERCTL = fileURLToPath(new URL('../../bin/gafferctl.js', import.meta.url));

const BUNDLE = fileURLToPath(new URL('../../dist/programs/gafferctl.cjs', import.meta.url));

/** What a command line has written, and its exit code. */
export interface CtlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of gafferctl in this process, one at a time; the node is that of `GAFFER_ENDPOINT`. */
export async function ctl(...words: readonly string[]): Promise<CtlResult> {
  const written = { stdout: '', stderr: '' };
  const capture = (name: 'stdout' | 'stderr'): (() => void) => {
    const spy = vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += Buffer.from(chunk as string).toString();
      return true;
    });
    return () => spy.mockRestore();
  };
  const ends = [capture('stdout'), capture('stderr')];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    speakAs(GAFFERCTL_VOICE);
    await runLine(program(BUNDLE, '1.2.3'), words);
    return { ...written, code: process.exitCode };
  } finally {
    process.exitCode = before;
    for (const end of ends) {
      end();
    }
  }
}

/** What a command line prints that is to succeed. */
export async function said(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ctl(...words);
  if (code !== 0 || stderr !== '') {
    throw new Error(`gafferctl ${words.join(' ')}: ${code}: ${stderr}`);
  }
  return stdout;
}
