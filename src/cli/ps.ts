import { setTimeout as sleep } from 'node:timers/promises';
import { GafferError, messageOf } from '../errors.ts';
import { wantsColor } from '../output/color.ts';
import { complain } from './complain.ts';
import type { Connection } from './node-options.ts';
import { TargetFinder } from './target.ts';
import { psPaint } from './view/paint.ts';
import { psText } from './view/ps-text.ts';

/** How a list is shown. */
export interface PsChoices {
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** A way to look at an application: each time the text that is to be shown. */
export async function overviewOf(connection: Connection, { json, color }: PsChoices): Promise<() => Promise<string>> {
  const { node, app } = connection;
  const paint = await psPaint(wantsColor({ flag: color, env: process.env, isTerminal: process.stdout.isTTY }));
  return async () => {
    try {
      const jobs = await node.overview(app);
      return json ? JSON.stringify({ app, jobs }) : psText(jobs, { nowMs: Date.now(), paint });
    } catch (error) {
      if (error instanceof GafferError && error.code === 'session_not_found') {
        throw new GafferError('session_not_found', `'${app}' not loaded${await new TargetFinder(connection).appHint(app)}`, { cause: error });
      }
      throw error;
    }
  };
}

const EVERY_MS = 1000;

/** Looks again every second; resolves with the exit code when the user has seen enough, or nobody reads. */
export async function watch(look: () => Promise<string>, { json }: Pick<PsChoices, 'json'>): Promise<number> {
  const enough = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => enough.abort());
  }
  process.stdout.once('error', () => enough.abort());
  const show = await shower(json);
  try {
    while (!enough.signal.aborted) {
      const from = performance.now();
      show.text(await look());
      await sleep(Math.max(0, EVERY_MS - (performance.now() - from)), undefined, { signal: enough.signal }).catch(() => undefined);
    }
    show.end();
    return 0;
  } catch (error) {
    show.end();
    if (!(error instanceof GafferError)) {
      throw error;
    }
    complain('gaffer', messageOf(error));
    return error.exitCode;
  }
}

/** Onto the whole terminal, or one after the other into a file. */
async function shower(json: boolean): Promise<{ text(text: string): void; end(): void }> {
  if (!json && process.stdout.isTTY && process.env['TERM'] !== 'dumb') {
    const { Screen } = await import('./view/screen.ts');
    const screen = new Screen();
    return { text: (text) => screen.show(text), end: () => screen.leave() };
  }
  return { text: (text) => process.stdout.write(`${text}\n${json ? '' : '\n'}`), end: () => undefined };
}
