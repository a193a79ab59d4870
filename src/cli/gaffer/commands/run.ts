import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { didYouMean } from '../../../suggestion.ts';
import { portFlags, projectFlags } from '../../flags.ts';
import { choicesOf, printWarnings, projectOf } from '../../project-options.ts';

/** `gaffer run`: runs one command in the application's environment. */
export class Run extends Command {
  static override summary = "Run one command in the application's environment";
  static override description =
    'Runs a command, or a process of the Procfile by its name, once: attached to the terminal, with the .env read, and with its exit code. It is not restarted. Options stand before the command; what follows it is passed on.';
  static override aliases = ['dev:run'];
  static override strict = false;
  static override examples = ['<%= config.bin %> run npm test', '<%= config.bin %> run web', '<%= config.bin %> run -e test.env -- make -j2'];
  static override args = {
    command: Args.string({ description: 'a process of the Procfile, or a command with its arguments', required: true, ignoreStdin: true }),
  };
  // with one of the last two it is gaffer commit that is run
  static override flags = {
    ...projectFlags,
    ...portFlags,
    'on-node': Flags.boolean({ description: 'start one more process of a loaded job on the node instead: gaffer commit', helpGroup: 'NODE' }),
    endpoint: Flags.string({
      char: 'g',
      aliases: ['gafferd-http-address'],
      description: 'the same, on this node',
      helpValue: 'URL',
      helpGroup: 'NODE',
    }),
  };

  async run(): Promise<void> {
    const { flags, raw } = await this.parse(Run);
    // oclif sorts its argv, and of equal words it knows the first place only
    const words = raw.flatMap((token) => (token.type === 'arg' ? [token.input] : []));
    const [{ requestOfJob, requestOfWords, runOnce }, { expectRunnable }, { jobsOf }] = await Promise.all([
      import('../../../local/run.ts'),
      import('../../../local/project.ts'),
      import('../../../local/jobs.ts'),
    ]);
    const project = projectOf(flags, { procfileOptional: true });
    const [name = ''] = words;
    const choices = choicesOf(flags);
    const complain = (line: string): void => {
      process.stderr.write(`gaffer: ${line}\n`);
    };
    if (words.length === 1 && project.entries.some((entry) => entry.name === name)) {
      printWarnings(project.findings);
      expectRunnable(project);
      const [job] = jobsOf(project, { ...choices, names: words });
      if (job === undefined) {
        throw new GafferError('job_not_found', `no process "${name}" in ${project.procfile}`);
      }
      process.exit(await runOnce(requestOfJob(job, process.env, project.root), complain));
    }
    printWarnings(project.findings.filter((finding) => finding.file !== project.procfile));
    const env = choices.envPrecedence === 'shell' ? { ...project.env, ...process.env } : { ...process.env, ...project.env };
    const types = project.entries.map((entry) => entry.name);
    process.exit(await runOnce(requestOfWords(words, env, project.root), (line) => complain(`${line}${didYouMean(name, types)}`)));
  }
}
