import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfiguredJob } from '../../daemon/config/jobs.ts';
import { GafferError } from '../../errors.ts';
import { parseCommandLine, programsOf } from '../../job/command-line.ts';
import type { JobConfig } from '../../job/config.ts';
import { formatJobName } from '../../job/name.ts';
import { splitWords } from '../../job/words.ts';
import { resolveIdentity } from '../../supervisor/identity.ts';
import { findExecutable } from '../../supervisor/program-search.ts';
import type { JobFacts } from '../checks/jobs.ts';
import type { Look } from './folders.ts';

/** Looks at what jobs execute, and as whom. */
export function jobFacts(
  jobs: readonly ConfiguredJob[],
  { look, uid, env }: { readonly look: Look; readonly uid: number; readonly env: Readonly<Record<string, string | undefined>> },
): readonly JobFacts[] {
  return jobs.map(({ session, config, file, line }) => ({
    name: formatJobName({ session, job: config.name }),
    place: `${file}:${line}`,
    uid: uidOf(config, uid),
    files: filesOf(config, env).map(look),
  }));
}

function uidOf({ uid, gid }: JobConfig, own: number): number | undefined {
  try {
    return resolveIdentity(uid ?? undefined, gid ?? undefined)?.uid ?? own;
  } catch (error) {
    if (error instanceof GafferError) {
      return undefined;
    }
    throw error;
  }
}

/** The programs of a command, and the files that its words name: scripts, most often. */
function filesOf({ cmd, args = [], cwd, env: own = {} }: JobConfig, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const path = own?.['PATH'] ?? env['PATH'];
  const folder = cwd ?? '.';
  const programs = programsOf(cmd).map((program) => (program.includes('/') ? resolve(folder, program) : findExecutable(program, path)));
  const line = parseCommandLine(cmd);
  const words = [
    ...(line.kind === 'direct' ? line.words.slice(1) : (line.template?.words ?? []).slice(1)),
    ...(typeof args === 'string' ? splitWords(args) : (args ?? [])),
  ];
  const named = words.map((word) => resolve(folder, word));
  return [...new Set([...programs, ...named])].filter((file) => file !== undefined).filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
