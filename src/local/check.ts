import { createServer } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import type { Finding } from '../finding.ts';
import { programsOf } from '../job/command-line.ts';
import type { JobConfig } from '../job/config.ts';
import { listeningPorts } from '../supervisor/ports.ts';
import { findExecutable, isExecutable } from '../supervisor/program-search.ts';
import { isFolder } from '../supervisor/spawn.ts';
import type { Project } from './project.ts';

/** Names the programs of the Procfile that cannot be found, and the folders they would run in. */
export function checkPrograms(project: Project, jobs: readonly JobConfig[], osEnv: Readonly<Record<string, string | undefined>>): Finding[] {
  return project.entries.flatMap((entry) => {
    const job = jobs.find((one) => one.name === entry.name);
    const path = job?.env?.['PATH'] ?? osEnv['PATH'];
    const cwd = job?.cwd ?? project.root;
    const finding = (message: string): Finding[] => [
      { file: project.procfile, line: entry.line, level: 'warning', message: `${entry.name}: ${message}` },
    ];
    if (!isFolder(cwd)) {
      return finding(`cannot run in ${cwd}: no such folder`);
    }
    return programsOf(entry.command).flatMap((program) => {
      if (!program.includes('/')) {
        return findExecutable(program, path) === undefined ? finding(`command not found in PATH: ${program}`) : [];
      }
      return isExecutable(isAbsolute(program) ? program : resolve(cwd, program)) ? [] : finding(`no program that can be executed at ${program}`);
    });
  });
}

/** Names the ports that instances would get and that somebody else listens on. */
export async function checkPorts(project: Project, jobs: readonly JobConfig[]): Promise<Finding[]> {
  const listening = listeningPorts();
  const findings: Finding[] = [];
  for (const job of jobs) {
    const line = project.entries.find((entry) => entry.name === job.name)?.line;
    for (let slot = 1; slot <= (job.numprocesses ?? 1); slot += 1) {
      const port = (job.port ?? 0) + slot - 1;
      if (typeof job.port === 'number' && (listening?.has(port) ?? (await isTaken(port)))) {
        const message = `${job.name}.${slot}: port ${port} is taken: another program listens on it`;
        findings.push({ file: project.procfile, level: 'warning', message, ...(line !== undefined && { line }) });
      }
    }
  }
  return findings;
}

/** Tries to listen, for systems that don't tell. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(true));
    server.listen({ port, exclusive: true }, () => server.close(() => done(false)));
  });
}
