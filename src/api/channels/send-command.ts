import { GafferError } from '../../errors.ts';
import { OK } from '../operation.ts';
import { type CommandCall, optionalText, pidOf, required, shown } from './command-args.ts';

/** What a command comes to: `begun` resolves when the next one may be begun, `result` with its answer. */
export interface CommandRun {
  readonly begun: Promise<unknown>;
  readonly result: Promise<unknown>;
}

/** Writes to a process. @param expectMay rejects where whoever has asked may not. It takes as long as the process, and what others want meanwhile does not wait for that. */
export function send(call: CommandCall, expectMay: () => Promise<void>): CommandRun {
  const begun = (async (): Promise<{ readonly taken: Promise<void> }> => {
    await expectMay();
    const pid = pidOf(call);
    const data = dataOf(call);
    const stream = await call.node.stream(pid, optionalText(call, [2, 'stream']) ?? 'stdin');
    const done = call.sends.begin();
    return { taken: stream.write(data).finally(done) };
  })();
  const result = begun.then(async ({ taken }) => {
    await taken;
    return OK;
  });
  return { begun, result };
}

function dataOf(call: CommandCall): string {
  const value = required(call, [1, 'data'], 'a text, or a list of texts');
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) {
    return value.join('');
  }
  throw new GafferError('bad_request', `send: expected a text, or a list of texts, got ${shown(value)}`);
}
