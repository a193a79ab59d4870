import { setTimeout as sleep } from 'node:timers/promises';
import { GafferError } from '../errors.ts';
import { wantsColor } from '../output/color.ts';
import { complain } from './complain.ts';
import type { Connection } from './connection.ts';
import { Ending } from './ending.ts';
import { type LastingOptions, type Link, lasting, type Patience } from './lasting.ts';
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

/** How it is looked at again and again. */
export interface WatchOptions extends Patience, Pick<LastingOptions, 'place'> {
  readonly json: boolean;
}

/** Looks again every second; resolves with the exit code when the user has seen enough, or nobody reads. @throws GafferError */
export async function watch(look: () => Promise<string>, { json, ...options }: WatchOptions): Promise<number> {
  const end = new Ending();
  process.stdout.removeAllListeners('error').on('error', end.broken);
  const show = await shower(json);
  const seen = { isThere: true };
  const work = async (link: Link): Promise<void> => {
    while (!end.signal.aborted) {
      const from = performance.now();
      const text = await Promise.race([look(), end.reached]);
      if (typeof text === 'string') {
        link.connected();
        show.text(text);
        await sleep(Math.max(0, EVERY_MS - (performance.now() - from)), undefined, { signal: end.signal }).catch(() => undefined);
      }
    }
  };
  const say = (line: string, isThere: boolean): void => {
    seen.isThere = isThere;
    show.note(line);
  };
  try {
    await lasting(work, { ...options, nothingMore: 'there is nothing more to see', signal: end.signal, say });
  } finally {
    show.end();
  }
  const code = await end.reached;
  return code === 130 && seen.isThere ? 0 : code;
}

interface Shower {
  text(text: string): void;
  /** What is to be said beside it. */
  note(line: string): void;
  end(): void;
}

/** Onto the whole terminal, or one after the other into a file. */
async function shower(json: boolean): Promise<Shower> {
  if (!json && process.stdout.isTTY && process.env['TERM'] !== 'dumb') {
    const { Screen } = await import('./view/screen.ts');
    const screen = new Screen();
    return { text: (text) => screen.show(text), note: (line) => screen.note(`gaffer: ${line}`), end: () => screen.leave() };
  }
  return {
    text: (text) => process.stdout.write(`${text}\n${json ? '' : '\n'}`),
    note: (line) => complain(line),
    end: () => undefined,
  };
}
