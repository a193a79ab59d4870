import { isatty } from 'node:tty';
import { execa } from 'execa';
import { GafferError } from '../errors.ts';
import { parseCommandLine } from '../job/command-line.ts';
import { type JobConfig, settingsOf } from '../job/config.ts';
import { type SignalName, signalNumber } from '../job/signal.ts';
import { flatEnvironment, plainEnvironment } from '../supervisor/environment.ts';
import { prepareLaunch } from '../supervisor/launch.ts';
import { whyNotStarted } from '../supervisor/spawn.ts';

/** What is to be run once, and in what. */
export interface RunRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** What is left for the call to change. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** The command of a job, as its first instance would run it. @throws GafferError `invalid_config` */
export function requestOfJob(config: JobConfig, osEnv: NodeJS.ProcessEnv, root: string): RunRequest {
  const settings = settingsOf(config);
  const context = { jobName: config.name, slot: 1, runId: undefined, osEnv: plainEnvironment(osEnv) };
  const { file, args, env, cwd, uid, gid } = prepareLaunch(settings, context);
  return { file, args, env: flatEnvironment(env), cwd: cwd ?? root, uid, gid };
}

/**
 * A command as typed: several words are taken as they are, a single one can be a whole command line.
 * @throws GafferError `bad_usage` when it is blank
 */
export function requestOfWords(words: readonly string[], env: RunRequest['env'], cwd: string): RunRequest {
  const [file = '', ...args] = words;
  if (file.trim() === '') {
    throw new GafferError('bad_usage', `expected a process of the Procfile, or a command with its arguments, got "${file}"`);
  }
  if (args.length > 0 || !/\s/.test(file.trim())) {
    return { file, args, env, cwd };
  }
  const line = parseCommandLine(file);
  if (line.kind === 'shell') {
    return { file: 'sh', args: ['-c', line.script], env, cwd };
  }
  return { file: line.words[0] ?? '', args: line.words.slice(1), env, cwd };
}

/** Signals that are meant for the command when they reach gaffer. */
const SENT_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** Signals that a terminal sends to everybody in front of it: the command has them already. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a command attached to the terminal and resolves with its exit code: its own, 128 and the signal's number, 127
 * if there is no such command, 126 if it can't be executed.
 * @param complain says why it could not be run
 */
export async function runOnce({ file, args, env, cwd, uid, gid }: RunRequest, complain: (line: string) => void): Promise<number> {
  const sendOn = (signal: SignalName): void => {
    child.kill(signal);
  };
  const toTerminal = (signal: SignalName): void => {
    if (!hasTerminal()) {
      child.kill(signal);
    }
  };
  // before the start: a signal that comes in between would end this process and leave the command behind
  for (const signal of SENT_ON) {
    process.on(signal, sendOn);
  }
  for (const signal of FROM_TERMINAL) {
    process.on(signal, toTerminal);
  }
  const child = execa(file, args, {
    stdio: 'inherit',
    env,
    extendEnv: false,
    cwd,
    reject: false,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  const result = await child;
  if (result.exitCode !== undefined) {
    return result.exitCode;
  }
  if (result.signal !== undefined) {
    return 128 + signalNumber(result.signal);
  }
  const { reason, code } = whyNotStarted(result.cause, { file, cwd });
  complain(reason);
  return code;
}

/** Looks at the descriptors: Node's streams would make them non-blocking, for the command too. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((descriptor) => isatty(descriptor));
}
