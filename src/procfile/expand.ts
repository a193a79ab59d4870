import { resolve } from 'node:path';
import { parseCommandLine } from '../job/command-line.ts';
import type { JobConfig, OnExit } from '../job/config.ts';
import { joinWords } from '../job/words.ts';
import { Formation } from './formation.ts';
import { basePort, portOfType } from './port.ts';
import type { ProcfileEntry } from './procfile.ts';
import { type Selection, selectProcesses } from './select.ts';

/** A Procfile and all that decides what becomes of it. */
export interface ExpandOptions extends Selection {
  readonly entries: readonly ProcfileEntry[];
  /** The project's folder, absolute. */
  readonly cwd: string;
  /** The values of the `.env` files. */
  readonly env?: Readonly<Record<string, string>>;
  readonly osEnv?: Readonly<Record<string, string | undefined>>;
  /** Which of the two wins where both set a name; default `file`. */
  readonly envPrecedence?: 'file' | 'shell';
  readonly formation?: Formation;
  /** What the command line says of ports; `false` is none at all. */
  readonly port?: string | number | false;
  /** What `gaffer.ini` adds, by process name. */
  readonly settings?: ReadonlyMap<string, Partial<JobConfig>>;
  /** Labels of stdout and stderr; default one pipe for both, `out`. */
  readonly outputs?: readonly string[];
  /** From the command line, in seconds. */
  readonly gracefulTimeout?: number;
  /** From the command line. */
  readonly onExit?: OnExit;
}

/**
 * Makes the jobs of a Procfile, in file order. The command line wins over `gaffer.ini`, that over the defaults.
 * @throws GafferError `bad_usage` for a name that the Procfile does not have, and for a port that is none
 */
export function expandProcfile(options: ExpandOptions): readonly JobConfig[] {
  const { entries, settings = new Map<string, Partial<JobConfig>>(), formation = new Formation() } = options;
  const names = entries.map((entry) => entry.name);
  const selected = selectProcesses(names, options);
  const env = fileEnv(options);
  return entries.flatMap((entry, index) => {
    if (!selected.includes(entry.name)) {
      return [];
    }
    const { port: addedPort, ...added } = settings.get(entry.name) ?? {};
    const port = choosePort(options, env, entry.name, index, addedPort);
    const config: JobConfig = {
      redirect_output: options.outputs ?? ['out', 'out'],
      ...added,
      name: entry.name,
      ...commandMembers(entry.command, added.shell),
      env: { ...env, ...added.env },
      os_env: added.os_env ?? true,
      cwd: resolve(options.cwd, added.cwd ?? ''),
      numprocesses: formation.requestedFor(entry.name) ?? added.numprocesses ?? 1,
      ...(port !== undefined && { port }),
      ...(options.gracefulTimeout !== undefined && { graceful_timeout: options.gracefulTimeout }),
      ...(options.onExit !== undefined && { on_exit: options.onExit }),
    };
    return [config];
  });
}

/** The values of the `.env` files that count. */
function fileEnv({ env = {}, osEnv = {}, envPrecedence }: ExpandOptions): Readonly<Record<string, string>> {
  return envPrecedence === 'shell' ? Object.fromEntries(Object.entries(env).filter(([name]) => !isSet(osEnv, name))) : env;
}

function isSet(env: Readonly<Record<string, string | undefined>>, name: string): boolean {
  return Object.hasOwn(env, name) && env[name] !== undefined;
}

/** The command as a shell would understand it, in the members of a job. */
function commandMembers(command: string, shell: boolean | undefined): Pick<JobConfig, 'cmd' | 'args' | 'shell'> {
  if (shell !== undefined) {
    return { cmd: command, shell };
  }
  const line = parseCommandLine(command);
  if (line.kind === 'shell') {
    return { cmd: line.script, shell: true };
  }
  const [program = '', ...args] = line.words;
  return { cmd: joinWords([program]), args: args.map((word) => word.replaceAll('$', '$$$$')) };
}

/** Foreman's rule; a port from `gaffer.ini` holds where the command line tells none. */
function choosePort(
  options: ExpandOptions,
  env: Readonly<Record<string, string>>,
  name: string,
  index: number,
  added: number | null | undefined,
): number | undefined {
  const { port, osEnv = {} } = options;
  if (port === false) {
    return undefined;
  }
  if (port === undefined && added !== undefined) {
    return added ?? undefined;
  }
  const base = basePort([
    { value: port, from: '--port' },
    { value: env['PORT'], from: 'PORT in the .env file' },
    { value: osEnv['PORT'], from: 'PORT in the environment' },
  ]);
  return portOfType(base, index, name);
}
