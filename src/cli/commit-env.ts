import { GafferError } from '../errors.ts';
import { type ProjectFlagValues, printWarnings, projectOf } from './project-options.ts';

/** What else decides about the environment of a committed process. */
export interface CommitEnvOptions {
  /** As typed: `NAME=VALUE`. */
  readonly params: readonly string[];
  /** The job belongs to the application of this folder: its .env is meant too. */
  readonly isOwn: boolean;
}

/** The variables that a committed process gets beside its job's: those of the .env, then those of the command line. @throws GafferError */
export function commitEnv(flags: ProjectFlagValues, { params, isOwn }: CommitEnvOptions): Readonly<Record<string, string>> {
  const given = Object.fromEntries(params.map(parseParam));
  if (!isOwn && (flags.env ?? []).length === 0) {
    return given;
  }
  const { env, findings, procfile } = projectOf({ root: flags.root, env: flags.env }, { procfileOptional: true });
  printWarnings(findings.filter((finding) => finding.file !== procfile));
  return { ...env, ...given };
}

/** Reads a variable for a process. @throws GafferError `bad_usage` */
export function parseParam(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new GafferError('bad_usage', `--param: expected NAME=VALUE, got "${text}"`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}
