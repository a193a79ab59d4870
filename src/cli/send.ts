import { createInterface } from 'node:readline';
import { GafferError } from '../errors.ts';
import type { ProcessStream } from '../job/node.ts';
import type { Connection } from './node-options.ts';
import type { PipeName } from './pipe-name.ts';

/** The pipe of a process that can be written to. @throws GafferError */
export async function writablePipe({ node }: Connection, { pid, label = 'stdin' }: PipeName): Promise<ProcessStream> {
  const info = await node.processInfo(pid);
  if (label === 'stdin' && !info.redirect_input) {
    throw new GafferError('not_writable', "can't write on this process, (no stdin): load its job with redirect_input");
  }
  if (label !== 'stdin' && !info.custom_streams.includes(label)) {
    const what = info.redirect_output.includes(label) ? `can't write on '${label}': it is an output` : `stream '${label}' not found`;
    const there = [...(info.redirect_input ? ['stdin'] : []), ...info.custom_streams];
    throw new GafferError(
      'stream_not_found',
      `${what}; ${there.length === 0 ? 'process has nothing that could be written to' : `there is ${there.join(', ')}`}`,
    );
  }
  return await node.stream(pid, label);
}

/** Writes words as a line; `-` alone are lines typed on the terminal, until `.` or the end. */
export async function send(stream: ProcessStream, words: readonly string[]): Promise<void> {
  if (words.length !== 1 || words[0] !== '-') {
    await stream.write(`${words.join(' ')}\n`);
    return;
  }
  const lines = createInterface({ input: process.stdin, terminal: false });
  for await (const line of lines) {
    if (line === '.') {
      break;
    }
    await stream.write(`${line}\n`);
  }
  lines.close();
  process.stdin.pause();
}
