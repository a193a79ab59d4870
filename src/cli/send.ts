import { GafferError } from '../errors.ts';
import type { ProcessInfo } from '../job/info.ts';
import { didYouMean } from '../suggestion.ts';
import type { Connection } from './connection.ts';
import { findPipe } from './pipe-name.ts';

/** Where the words of a command line are sent. */
export interface SendTarget {
  /** The process, with `.STREAM` behind it or not. */
  readonly word: string;
  readonly stream: string | undefined;
}

/** Writes words as a line. @throws GafferError */
export async function send({ node, ...connection }: Connection, { word, stream }: SendTarget, words: readonly string[]): Promise<void> {
  const { pid, label } = await findPipe({ node, ...connection }, word);
  const name = expectWritable(await node.processInfo(pid), oneStream(label, stream));
  await (await node.stream(pid, name)).write(`${words.join(' ')}\n`);
}

/** The stream that was named, in the one way or the other. @throws GafferError `bad_usage` when it was two */
export function oneStream(label: string | undefined, stream: string | undefined): string {
  if (label !== undefined && stream !== undefined && label !== stream) {
    throw new GafferError('bad_usage', `expected one stream, got two: "${label}" and "${stream}"`);
  }
  return label ?? stream ?? 'stdin';
}

/** Makes sure that a pipe of a process can be written to, and tells its label. @throws GafferError */
export function expectWritable({ redirect_input, redirect_output, custom_streams }: ProcessInfo, label: string): string {
  if (label === 'stdin' && !redirect_input) {
    throw new GafferError('not_writable', "can't write on this process, (no stdin): load its job with redirect_input");
  }
  if (label !== 'stdin' && !custom_streams.includes(label)) {
    const what = redirect_output.includes(label) ? `can't write on '${label}': it is an output` : `stream '${label}' not found`;
    const there = [...(redirect_input ? ['stdin'] : []), ...custom_streams];
    throw new GafferError(
      'stream_not_found',
      `${what}; ${there.length === 0 ? 'process has nothing that could be written to' : `there is ${there.join(', ')}${didYouMean(label, there)}`}`,
    );
  }
  return label;
}
