import { writeFileSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError, messageOf } from '../../../errors.ts';
import { concurrency, portFlags, projectFlags } from '../../flags.ts';
import { choicesOf, printWarnings, projectOf } from '../../project-options.ts';

/** `gaffer export`: writes the Procfile's jobs in a form that gafferd and `gaffer load` read. */
export class Export extends Command {
  static override summary = 'Write the jobs of the Procfile as ini or JSON';
  static override description =
    'Writes what gafferd and gaffer load read: an ini section for each job, or JSON: one job if it is named, {"jobs": [...]} for all.';
  static override examples = [
    '<%= config.bin %> export',
    '<%= config.bin %> export web --format json',
    '<%= config.bin %> export --out shop.ini -c web=2',
  ];
  static override args = { name: Args.string({ description: 'a process of the Procfile; all without one', ignoreStdin: true }) };
  static override flags = {
    ...projectFlags,
    concurrency,
    ...portFlags,
    format: Flags.string({ description: 'what to write', options: ['ini', 'json'], default: 'ini' }),
    out: Flags.string({ description: 'the file to write to', helpValue: 'FILE' }),
    full: Flags.boolean({ description: 'every setting, also what belongs to this machine: folder, environment, ports' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Export);
    const project = projectOf(flags);
    const [{ exportIni }, { exportJson }, { expectRunnable }, { jobsOf }] = await Promise.all([
      import('../../../procfile/export/ini.ts'),
      import('../../../procfile/export/json.ts'),
      import('../../../local/project.ts'),
      import('../../../local/jobs.ts'),
    ]);
    printWarnings(project.findings);
    expectRunnable(project);
    const jobs = jobsOf(project, choicesOf(flags));
    const options = { app: project.app, jobs, settings: project.settings, full: flags.full, ...(args.name !== undefined && { only: args.name }) };
    const text = flags.format === 'json' ? exportJson(options) : exportIni(options);
    if (flags.out === undefined) {
      process.stdout.write(text);
      return;
    }
    try {
      writeFileSync(flags.out, text);
    } catch (error) {
      throw new GafferError('io_failed', `cannot write ${flags.out}: ${messageOf(error)}`, { cause: error });
    }
  }
}
