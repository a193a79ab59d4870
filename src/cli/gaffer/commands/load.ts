import { statSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError } from '../../../errors.ts';
import { concurrency, portFlags, projectFlags } from '../../flags.ts';
import { readJobFile } from '../../job-file.ts';
import { jobsOfFile, jobsOfProcfile, loadJobs } from '../../load.ts';
import { checkedApp, hasProcfile, nodeFlags } from '../../node-options.ts';
import { onNode } from '../../on-node.ts';

/** `gaffer load`: puts jobs onto a node. */
export class Load extends Command {
  static override summary = 'Load the Procfile, or jobs of a JSON file, onto a node';
  static override description =
    'Without a file: every process of the Procfile becomes a job of the application, with its .env, its PORT and this folder. With a JSON file, or - for stdin: the job in it, or all of {"jobs": [...]}, as gaffer export --format json writes them; a name like shop.web tells the application. A job that is loaded already stays as it is. Ends with 1 if anything could not be loaded.';
  static override examples = [
    '<%= config.bin %> load',
    '<%= config.bin %> load shop -c web=2 -e production.env',
    '<%= config.bin %> load jobs.json --nostart',
    'echo \'{"name": "dummy", "cmd": "sleep 100"}\' | <%= config.bin %> load -',
  ];
  static override args = {
    file: Args.string({ description: 'a JSON file, - for stdin, or the name that the application of the Procfile gets', ignoreStdin: true }),
  };
  static override flags = {
    ...nodeFlags,
    ...projectFlags,
    app: nodeFlags.app,
    concurrency,
    ...portFlags,
    nostart: Flags.boolean({ aliases: ['no-start'], description: 'load the jobs and leave them stopped' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(Load);
    const { file } = args;
    if (file !== undefined && isFile(file)) {
      const content = await readJobFile(file);
      const isForced = flags.app !== undefined;
      process.exitCode = await onNode(flags, async (connection) => {
        const jobs = jobsOfFile(content, { file, app: connection.app, isForced }, flags.concurrency);
        return await loadJobs(connection, { jobs, start: !flags.nostart, file });
      });
      return;
    }
    if (!hasProcfile(flags)) {
      throw new GafferError('procfile_missing', file === undefined ? 'procfile or job file is missing' : `'${file}' not found`);
    }
    const app = file === undefined ? flags.app : file === '.' ? file : nameOr404(file);
    process.exitCode = await onNode({ ...flags, app }, async (connection) => {
      const jobs = await jobsOfProcfile({ ...flags, app: connection.app }, connection.node.endpoint);
      return await loadJobs(connection, { jobs, start: !flags.nostart, file: undefined });
    });
  }
}

function isFile(word: string): boolean {
  return word === '-' || statSync(word, { throwIfNoEntry: false })?.isFile() === true;
}

/** An application's name; what looks like a path is a file that is not there. */
function nameOr404(word: string): string {
  if (/[./]/.test(word)) {
    throw new GafferError('io_failed', `'${word}' not found`);
  }
  return checkedApp(word);
}
