import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { concurrency, portFlags, projectFlags } from '../../flags.ts';
import { choicesOf, projectOf } from '../../project-options.ts';
import { showChecks } from '../../view/checks.ts';

/** `gaffer check`: looks for everything that would keep the Procfile from running. */
export class Check extends Command {
  static override summary = 'Check the Procfile, .env and gaffer.ini';
  static override description =
    'Lists every finding with its file and line: lines that cannot be read, settings that do not exist, programs that cannot be found, ports that are taken. Ends with 1 if there is one, but for notes, which are only good to know.';
  static override examples = ['<%= config.bin %> check', '<%= config.bin %> check --json'];
  static override flags = {
    ...projectFlags,
    concurrency,
    ...portFlags,
    json: Flags.boolean({ description: 'print {"ok", "processes", "findings": [{"file", "line", "level", "message"}]}' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Check);
    const project = projectOf(flags);
    const [{ checkPrograms, checkPorts }, { jobsOf }] = await Promise.all([import('../../../local/check.ts'), import('../../../local/jobs.ts')]);
    const jobs = project.entries.length === 0 ? [] : jobsOf(project, choicesOf(flags));
    const inFile = (file: string) => () => Promise.resolve(project.findings.filter((finding) => finding.file === file));
    const files = new Set([project.procfile, ...project.files, ...project.findings.map((finding) => finding.file)]);
    const ok = await showChecks(
      [
        ...[...files].map((file) => ({ title: file, look: inFile(file) })),
        { title: 'programs', look: () => Promise.resolve(checkPrograms(project, jobs, process.env)) },
        { title: 'ports', look: () => checkPorts(project, jobs) },
      ],
      { processes: project.entries.map((entry) => entry.name), json: flags.json },
    );
    process.exitCode = ok ? 0 : 1;
  }
}
