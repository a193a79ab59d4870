import { harmlessText } from '../finding.ts';
import { voice } from './voice.ts';

/** Says on stderr what went wrong, a line for each line, in the name of the program that runs. */
export function complain(message: string): void {
  for (const line of message.split('\n')) {
    process.stderr.write(`${voice().name}: ${harmlessText(line)}\n`);
  }
}
