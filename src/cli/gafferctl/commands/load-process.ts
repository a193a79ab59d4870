import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { readJobFile } from '../../job-file.ts';
import { loadFileJobs, templatesIn } from '../load-file.ts';
import { atNode, connectFlags } from '../place.ts';

/** `gafferctl load_process`: puts the jobs of a file onto the node. */
export class LoadProcess extends Command {
  static override summary = 'Put the jobs of a JSON file onto the node';
  static override description =
    'The file, or stdin where it is -, has the configuration of a job, or {"jobs": [...]} as gaffer export --format json writes them. A name tells the session: shop:web or shop.web. Prints the names; without --start (or "start": true in the file) they are not started. Ends with 1 if one could not be loaded; the others are.';
  static override examples = [
    '<%= config.bin %> load_process --start dummy.json',
    'echo \'{"name": "naps", "cmd": "sleep 1000"}\' | <%= config.bin %> load_process -',
  ];
  static override args = { file: Args.string({ description: 'the file, - is stdin', required: true, ignoreStdin: true }) };
  static override flags = {
    ...connectFlags,
    start: Flags.boolean({ description: 'start them', default: false }),
    json: Flags.boolean({ description: 'print {"processes": [NAME...], "failed": [{"name", "error", "message"}]}' }),
  };

  async run(): Promise<void> {
    const { flags, args } = await this.parse(LoadProcess);
    const jobs = templatesIn(await readJobFile(args.file), args.file);
    const { json, start } = flags;
    const ok = await atNode(flags, ({ node }) => loadFileJobs(node, jobs, { json, start }));
    process.exitCode = ok ? 0 : 1;
  }
}
