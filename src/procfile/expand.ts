import { resolve } from 'node:path';
import { parseCommandLine } from '../job/command-line.ts';
import type { JobConfig, OnExit } from '../job/config.ts';
import { joinWords } from '../job/words.ts';
import { Formation } from './formation.ts';
import { basePort, expectPort, portOfType } from './port.ts';
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
  /** The port of the first process type when nothing says one. Default 5000. */
  readonly defaultPort?: number;
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
    const numprocesses = formation.requestedFor(entry.name) ?? added.numprocesses ?? 1;
    if (port !== undefined) {
      expectPort(port + Math.max(numprocesses, 1) - 1, `${entry.name}.${numprocesses}`);
    }
    const jobEnv = { ...env, ...added.env };
    const config: JobConfig = {
      redirect_output: options.outputs ?? ['out', 'out'],
      ...added,
      name: entry.name,
      ...commandMembers(entry.command, added.shell, port === undefined ? jobEnv : { ...jobEnv, PORT: String(port) }),
      env: jobEnv,
      os_env: added.os_env ?? true,
      cwd: resolve(options.cwd, added.cwd ?? ''),
      numprocesses,
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

/** A value that a shell would neither part into words nor take for a pattern. */
const PLAIN_VALUE = /^[^\s*?[\]\\]+$/;

/**
 * The command as a shell would understand it, in the members of a job.
 * @param known variables that the job surely has
 */
function commandMembers(
  command: string,
  shell: boolean | undefined,
  known: Readonly<Record<string, string>>,
): Pick<JobConfig, 'cmd' | 'args' | 'shell'> {
  if (shell !== undefined) {
    return { cmd: command, shell };
  }
  const line = parseCommandLine(command);
  if (line.kind === 'direct') {
    const [program = '', ...args] = line.words;
    return { cmd: joinWords([program]), args: args.map((word) => word.replaceAll('$', '$$$$')) };
  }
  if (line.template?.variables.every((name) => Object.hasOwn(known, name) && PLAIN_VALUE.test(known[name] ?? '')) === true) {
    const [program = '', ...args] = line.template.words;
    return { cmd: joinWords([program]), args };
  }
  return { cmd: line.script, shell: true };
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
  const sources = [
    { value: port, from: '--port' },
    { value: env['PORT'], from: 'PORT in the .env file' },
    { value: osEnv['PORT'], from: 'PORT in the environment' },
  ];
  const base = basePort(sources, options.defaultPort);
  return portOfType(base, index, name);
}
