import { inspect } from 'node:util';

/** What was thrown, without the steps that are none of the plugin's. */
export function textOfError(error: unknown): string {
  if (!(error instanceof Error)) {
    return inspect(error);
  }
  const lines = (error.stack ?? error.message).split('\n');
  return lines.filter((line, index) => index === 0 || !/^\s+at (?:.*\bnode:|.*plugin-thread\.cjs|(?:async )?<anonymous>$)/.test(line)).join('\n');
}
