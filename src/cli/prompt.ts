import { createInterface } from 'node:readline';

/**
 * Asks on the terminal; an empty answer is yes. Where nobody can answer, the answer is yes: whoever wrote the command
 * into a script meant it.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    return true;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    process.stderr.write(`${question} [y]|n: `);
    for await (const line of lines) {
      const answer = line.trim().toLowerCase();
      if (['', 'y', 'yes', 'n', 'no'].includes(answer)) {
        return !answer.startsWith('n');
      }
      process.stderr.write(`please enter y or n.\n${question} [y]|n: `);
    }
    process.stderr.write('\n');
    return false; // Ctrl-D
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
