import { harmlessText } from '../finding.ts';

/** Says on stderr what went wrong, a line for each line. */
export function complain(program: string, message: string): void {
  for (const line of message.split('\n')) {
    process.stderr.write(`${program}: ${harmlessText(line)}\n`);
  }
}
