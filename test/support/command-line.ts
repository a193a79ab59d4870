import { Readable } from 'node:stream';
import type { Program } from '../../src/cli/run-program.ts';
import { runLine } from '../../src/cli/run-program.ts';
import { speakAs } from '../../src/cli/voice.ts';
import type { ProgramResult } from './program.ts';

/** Where a command line is run. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** What stands in its stdin; without it that is empty. */
  readonly input?: string;
}

type Emitter = Pick<NodeJS.EventEmitter, 'eventNames' | 'rawListeners' | 'removeListener'>;

/** The one that runs: environment, folder and outputs are those of the process. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line of a program in this process, where it finds no terminal, and tells what the program would have left; a tenth of the
 * cost of a process. One at a time: what waits for another one to do something needs a process of its own.
 */
export function runHere(program: Program, words: readonly string[], surroundings: Surroundings): Promise<ProgramResult> {
  const result = running.then(async () => await run(program, words, surroundings));
  running = result.catch(() => undefined);
  return result;
}

async function run(program: Program, words: readonly string[], { env, cwd, input }: Surroundings): Promise<ProgramResult> {
  const undo: (() => void)[] = [];
  const instead = <T extends object, K extends keyof T>(object: T, name: K, value: T[K]): void => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: true });
    undo.push(() => (before === undefined ? Reflect.deleteProperty(object, name) : Object.defineProperty(object, name, before)));
  };
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let exit: number | undefined;
  const [folder, exitCode] = [process.cwd(), process.exitCode];
  const listeners = [process, process.stdout, process.stderr].map((emitter) => listenersOf(emitter));
  try {
    process.chdir(cwd);
    process.exitCode = undefined;
    instead(process, 'env', withoutUnset(env));
    instead(process, 'stdin', Object.assign(Readable.from(input === undefined ? [] : [Buffer.from(input)]), { fd: 0 }) as never);
    instead(process, 'exit', (code?: unknown) => {
      exit ??= Number(code ?? 0);
      return undefined as never;
    });
    for (const name of ['stdout', 'stderr'] as const) {
      instead(process[name], 'isTTY', false);
      instead(process[name], 'write', collector(written[name]));
    }
    speakAs(program.voice);
    await runLine(program, words);
    const code = exit ?? ownExitCode();
    const [bytes, complaints] = [Buffer.concat(written.stdout), Buffer.concat(written.stderr)];
    return { code, signal: null, bytes, stdout: bytes.toString(), stderr: complaints.toString() };
  } finally {
    for (const one of undo.reverse()) {
      one();
    }
    process.chdir(folder);
    process.exitCode = exitCode;
    for (const restore of listeners) {
      restore();
    }
  }
}

/** What the process would end with now. */
function ownExitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** Takes what is written in place of a stream. */
function collector(chunks: Buffer[]): typeof process.stdout.write {
  return (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
    chunks.push(Buffer.from(chunk as Uint8Array));
    const done = [encoding, callback].find((one) => typeof one === 'function') as (() => void) | undefined;
    if (done !== undefined) {
      setImmediate(done);
    }
    return true;
  };
}

/** Remembers who listens to something; the returned call removes whoever has come since. */
function listenersOf(emitter: Emitter): () => void {
  const before = new Map(emitter.eventNames().map((event) => [event, emitter.rawListeners(event)]));
  return () => {
    for (const event of emitter.eventNames()) {
      for (const listener of emitter.rawListeners(event).filter((one) => before.get(event)?.includes(one) !== true)) {
        emitter.removeListener(event, listener as () => void);
      }
    }
  };
}

function withoutUnset(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}
