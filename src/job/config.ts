import type { Stream } from 'node:stream';
import { GafferError } from '../errors.ts';
import { DEFAULT_FLAPPING, type FlappingPolicy } from './flapping.ts';
import { SETTINGS } from './settings.ts';
import { parseSignal, type SignalName } from './signal.ts';
import { splitWords } from './words.ts';

/** A job's flapping control, as the wire and the ini file carry it. Times are seconds. */
export interface FlappingConfig {
  /** Default 2. */
  readonly attempts?: number;
  /** Default 1. */
  readonly window?: number;
  /** Default 7. */
  readonly retry_in?: number;
  /** Default 5. */
  readonly max_retry?: number;
}

/** What happens when an instance of a job ends by itself. */
export type OnExit = 'restart' | 'stop' | 'ignore';

/** A handle that the embedding program passes on to a child: a file descriptor, or a stream that has one. */
export type ChannelHandle = number | Stream;

/**
 * A job as it is loaded, stored and shown: the members have the names of the wire.
 * `checkJobConfig` tells what is wrong with one.
 */
export interface JobConfig {
  /** The name inside its session. */
  readonly name: string;
  /** Split into words, the first one is the program; with `shell` it is the whole script. */
  readonly cmd: string;
  /** Further arguments; a string is split into words. `$NAME` and `${NAME}` are replaced from the environment. */
  readonly args?: readonly string[] | string | null;
  readonly env?: Readonly<Record<string, string>> | null;
  readonly uid?: number | string | null;
  readonly gid?: number | string | null;
  /** Default: the supervisor's. */
  readonly cwd?: string | null;
  /** The process outlives a supervisor that stops. Default false. */
  readonly detach?: boolean;
  /** Run through `sh -c`. Default false. */
  readonly shell?: boolean;
  /** Start from the supervisor's environment; `env` wins. Default false. */
  readonly os_env?: boolean;
  /** Instances to keep alive. Default 1. */
  readonly numprocesses?: number;
  /** Used by load, not stored: start at once. Default true. */
  readonly start?: boolean;
  /** Flapping control; `false` turns it off. Default: attempts 2, window 1 s, retry_in 7 s, max_retry 5. */
  readonly flapping?: FlappingConfig | false | null;
  /** Labels of stdout and stderr; the same label twice gives both one pipe. Default: none, output goes to /dev/null. */
  readonly redirect_output?: readonly string[] | null;
  /** Give the process a stdin that can be written to. Default false: /dev/null. */
  readonly redirect_input?: boolean;
  /** Labels of further pipes, both ways: the first is file descriptor 3 in the process. */
  readonly custom_streams?: readonly string[] | null;
  /** Handles passed on after the custom streams; only where the supervisor is embedded. */
  readonly custom_channels?: readonly ChannelHandle[] | null;
  /** Seconds between the stop signal and SIGKILL. Default 10. */
  readonly graceful_timeout?: number | null;
  /** Start order, 0 first; default last. Jobs stop in reverse order. */
  readonly priority?: number | null;
  /** Left over from older configurations; kept, not used. */
  readonly group?: unknown;
  /** Instance n gets `PORT` = this + n - 1. Default: no `PORT`. */
  readonly port?: number | null;
  /** Default `restart`. */
  readonly on_exit?: OnExit;
  /** The signal that asks the process to stop. Default SIGTERM. */
  readonly stop_signal?: string | number;
}

/** Something that is wrong with a job's configuration. */
export interface ConfigProblem {
  readonly member: string;
  readonly message: string;
}

/** Priority of a job that does not set one: after all that do. */
export const LAST_PRIORITY = Number.MAX_SAFE_INTEGER;

/** A job's configuration with every default in its place; times are milliseconds. */
export interface JobSettings {
  readonly name: string;
  /** The program and the words of `cmd` behind it; the script alone for `shell`. */
  readonly words: readonly string[];
  readonly args: readonly string[];
  readonly shell: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly osEnv: boolean;
  readonly cwd: string | undefined;
  readonly uid: number | string | undefined;
  readonly gid: number | string | undefined;
  readonly detach: boolean;
  readonly numprocesses: number;
  readonly flapping: FlappingPolicy | undefined;
  readonly outputs: readonly string[];
  readonly input: boolean;
  readonly customStreams: readonly string[];
  readonly customChannels: readonly ChannelHandle[];
  readonly gracefulTimeoutMs: number;
  readonly priority: number;
  readonly port: number | undefined;
  readonly onExit: OnExit;
  readonly stopSignal: SignalName;
}

/** Lists everything that is wrong with a job's configuration; nothing when it can be loaded. */
export function checkJobConfig(value: unknown): readonly ConfigProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ member: '', message: 'expected an object with the members of a job' }];
  }
  const problems: ConfigProblem[] = [];
  for (const member of ['name', 'cmd']) {
    if (!Object.hasOwn(value, member)) {
      problems.push({ member, message: `${member}: expected, but missing` });
    }
  }
  for (const [member, content] of Object.entries(value).filter(([, given]) => given !== undefined)) {
    const setting = Object.hasOwn(SETTINGS, member) ? SETTINGS[member as keyof typeof SETTINGS] : undefined;
    if (setting === undefined) {
      problems.push({ member, message: `${member}: no such job setting` });
    } else if (!setting.accepts(content)) {
      problems.push({ member, message: `${member}: expected ${setting.expected}, got ${shown(content)}` });
    }
  }
  return problems.length === 0 ? checkWords(value as JobConfig) : problems;
}

function checkWords(config: JobConfig): readonly ConfigProblem[] {
  if (config.shell === true) {
    return [];
  }
  for (const [member, text] of [
    ['cmd', config.cmd],
    ['args', config.args],
  ] as const) {
    if (typeof text === 'string') {
      try {
        splitWords(text);
      } catch (error) {
        return [{ member, message: `${member}: ${(error as GafferError).message}` }];
      }
    }
  }
  return [];
}

function shown(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * Takes a value of unknown origin for a job's configuration.
 * @throws GafferError `invalid_config`, its message names the members
 */
export function parseJobConfig(value: unknown): JobConfig {
  const problems = checkJobConfig(value);
  if (problems.length > 0) {
    throw new GafferError('invalid_config', problems.map((problem) => problem.message).join('; '));
  }
  return value as JobConfig;
}

/** Fills in the defaults. */
export function settingsOf(config: JobConfig): JobSettings {
  const shell = config.shell ?? false;
  const args = typeof config.args === 'string' ? splitWords(config.args) : (config.args ?? []);
  return {
    name: config.name,
    words: shell ? [config.cmd] : splitWords(config.cmd),
    args,
    shell,
    env: config.env ?? {},
    osEnv: config.os_env ?? false,
    cwd: config.cwd ?? undefined,
    uid: config.uid ?? undefined,
    gid: config.gid ?? undefined,
    detach: config.detach ?? false,
    numprocesses: config.numprocesses ?? 1,
    flapping: flappingOf(config.flapping),
    outputs: (config.redirect_output ?? []).slice(0, 2),
    input: config.redirect_input ?? false,
    customStreams: config.custom_streams ?? [],
    customChannels: config.custom_channels ?? [],
    gracefulTimeoutMs: (config.graceful_timeout ?? 10) * 1000,
    priority: config.priority ?? LAST_PRIORITY,
    port: config.port ?? undefined,
    onExit: config.on_exit ?? 'restart',
    stopSignal: parseSignal(config.stop_signal ?? 'SIGTERM'),
  };
}

function flappingOf(config: JobConfig['flapping']): FlappingPolicy | undefined {
  if (config === false) {
    return undefined;
  }
  return {
    attempts: config?.attempts ?? DEFAULT_FLAPPING.attempts,
    windowMs: config?.window === undefined ? DEFAULT_FLAPPING.windowMs : config.window * 1000,
    retryInMs: config?.retry_in === undefined ? DEFAULT_FLAPPING.retryInMs : config.retry_in * 1000,
    maxRetry: config?.max_retry ?? DEFAULT_FLAPPING.maxRetry,
  };
}

/** Whether two configurations differ in the number of processes at most. */
export function isSameButCount(one: JobConfig, other: JobConfig): boolean {
  const rest = ({ numprocesses: _, start: __, custom_channels: ___, env, ...config }: JobConfig): string =>
    JSON.stringify([Object.entries(config).sort(), Object.entries(env ?? {}).sort()]);
  return one.custom_channels === other.custom_channels && rest(one) === rest(other);
}

/** Whether two configurations mean the same to a job that runs. */
export function isSameConfig(one: JobConfig, other: JobConfig): boolean {
  return isSameButCount(one, other) && (one.numprocesses ?? 1) === (other.numprocesses ?? 1);
}
