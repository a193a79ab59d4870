import { resolve } from 'node:path';
import { GafferError } from '../errors.ts';
import type { JobSettings } from '../job/config.ts';
import { joinWords, substitute } from '../job/words.ts';
import { environmentOfUser, type Identity, isOwnIdentity, nameOfIdentity, resolveIdentity } from './identity.ts';
import { findExecutable, isExecutable } from './program-search.ts';
import { changeUser } from './user-change.ts';

/** Name of the mark that every child has in its environment; its value names the supervisor's run. */
export const RUN_MARK = 'GAFFER_RUN_ID';

/** What a launch depends on besides the job's settings. */
export interface LaunchContext {
  readonly jobName: string;
  /** 0 for a committed process. */
  readonly slot: number;
  /** Marks the process as one of this run. */
  readonly runId: string | undefined;
  /** The supervisor's environment, for jobs with `os_env`: a plain object without prototype. */
  readonly osEnv: Readonly<Record<string, string>>;
  /** Added for this process alone. */
  readonly extraEnv?: Readonly<Record<string, string>> | undefined;
}

/** A process, ready to be started. */
export interface Launch {
  /** The executable as the job names it. */
  readonly cmd: string;
  /** Its arguments after substitution. */
  readonly cmdArgs: readonly string[];
  /** What is executed, which differs when a user has to be changed. */
  readonly file: string;
  readonly args: readonly string[];
  /** Inherited entries count too. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  /** Who it runs as, if that was asked for. */
  readonly identity: Identity | undefined;
  /** What is left for the spawn call to change. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly port: number | undefined;
}

/**
 * Works out what exactly is executed for an instance of a job.
 * @throws GafferError `invalid_config` when a variable, a user or a group is not known
 */
export function prepareLaunch(settings: JobSettings, context: LaunchContext): Launch {
  const port = settings.port === undefined ? undefined : settings.port + Math.max(context.slot, 1) - 1;
  const identity = resolveIdentity(settings.uid, settings.gid);
  const env = environmentOf(settings, context, { port, identity });
  const [cmd = '', ...cmdArgs] = wordsOf(settings, env);
  const launch = { cmd, cmdArgs, file: locate(cmd, env, context.osEnv), args: cmdArgs, env, cwd: settings.cwd, identity, port };
  if (identity === undefined || isOwnIdentity(identity)) {
    return { ...launch, uid: undefined, gid: undefined };
  }
  if (process.geteuid?.() !== 0) {
    const problem = `expected gaffer's own user, for only root can run a process as another; it is to run as ${nameOfIdentity(identity)}`;
    throw new GafferError('invalid_config', `${settings.uid === undefined ? 'gid' : 'uid'}: ${problem}`);
  }
  const file = cmd.includes('/') ? cmd : findExecutable(cmd, env['PATH'] ?? context.osEnv['PATH']);
  if (process.platform !== 'linux' || file === undefined || !isExecutable(resolve(settings.cwd ?? '', file))) {
    return { ...launch, uid: identity.uid, gid: identity.gid }; // on Linux this fails, and the system's answer says why
  }
  const changed = changeUser({ file, args: cmdArgs, env, cwd: settings.cwd, identity, path: context.osEnv['PATH'] });
  return { ...launch, ...changed, uid: undefined, gid: undefined };
}

/**
 * The supervisor's environment is not copied for each process but stands behind the process's own variables, as their
 * prototype: hundreds of processes share it. Spawn reads both.
 */
function environmentOf(
  settings: JobSettings,
  context: LaunchContext,
  { port, identity }: { readonly port: number | undefined; readonly identity: Identity | undefined },
): Record<string, string> {
  const env = Object.create(settings.osEnv ? context.osEnv : null) as Record<string, string>;
  Object.assign(env, identity && environmentOfUser(identity), settings.env, context.extraEnv);
  if (port !== undefined) {
    env['PORT'] = String(port);
  }
  env['PS'] = `${settings.name}.${context.slot}`;
  if (context.runId !== undefined) {
    env[RUN_MARK] = context.runId;
  }
  return env;
}

function wordsOf(settings: JobSettings, env: Readonly<Record<string, string>>): readonly string[] {
  if (settings.shell) {
    const script = [...settings.words, joinWords(settings.args)].filter((part) => part !== '').join(' ');
    return ['sh', '-c', /^[-+]/.test(script) ? ` ${script}` : script]; // else sh would take it for an option
  }
  const [program = '', ...rest] = settings.words;
  return [program, ...[...rest, ...settings.args].map((word) => substitute(word, env))];
}

/** A job without a PATH of its own finds its program along the supervisor's. */
function locate(program: string, env: Readonly<Record<string, string>>, osEnv: Readonly<Record<string, string>>): string {
  if (program.includes('/') || env['PATH'] !== undefined) {
    return program;
  }
  return findExecutable(program, osEnv['PATH']) ?? program;
}

/** Turns what {@link prepareLaunch} throws into the reason of an exit. */
export function launchFailure(error: unknown): string {
  if (error instanceof GafferError) {
    return error.message;
  }
  throw error;
}
