import type { JobConfig, OnExit } from '../job/config.ts';
import { expandProcfile } from '../procfile/expand.ts';
import { parseFormation } from '../procfile/formation.ts';
import type { Project } from './project.ts';

/** What the command line says about the jobs of a project. */
export interface JobChoices {
  readonly names?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  /** As typed: `web=2,worker=1`. */
  readonly concurrency?: readonly string[] | undefined;
  readonly port?: string | false | undefined;
  /** The first port when nothing says one. Default 5000. */
  readonly defaultPort?: number | undefined;
  readonly envPrecedence?: 'file' | 'shell' | undefined;
  /** In seconds. */
  readonly gracefulTimeout?: number | undefined;
  readonly onExit?: OnExit | undefined;
  readonly osEnv: Readonly<Record<string, string | undefined>>;
}

/** The jobs that a project's Procfile stands for, in file order. @throws GafferError `bad_usage` */
export function jobsOf(project: Project, choices: JobChoices): readonly JobConfig[] {
  const known = project.entries.map((entry) => entry.name);
  return expandProcfile({
    entries: project.entries,
    cwd: project.root,
    env: project.env,
    settings: project.settings,
    osEnv: choices.osEnv,
    formation: parseFormation(choices.concurrency ?? [], known),
    ...(choices.names !== undefined && { names: choices.names }),
    ...(choices.except !== undefined && { except: choices.except }),
    ...(choices.port !== undefined && { port: choices.port }),
    ...(choices.defaultPort !== undefined && { defaultPort: choices.defaultPort }),
    ...(choices.envPrecedence !== undefined && { envPrecedence: choices.envPrecedence }),
    ...(choices.gracefulTimeout !== undefined && { gracefulTimeout: choices.gracefulTimeout }),
    ...(choices.onExit !== undefined && { onExit: choices.onExit }),
  });
}
