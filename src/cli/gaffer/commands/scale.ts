import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { nodeFlags } from '../../node-options.ts';
import { onNode, throughLookup } from '../../on-node.ts';
import { printFormation, scaleJobs } from '../../scale.ts';
import { parseScaleWords } from '../../scale-words.ts';
import { wordsOf } from '../../words.ts';

/** `gaffer scale`: changes how many processes of a job are kept alive. */
export class Scale extends Command {
  static override summary = 'Change how many processes of a job are kept alive, or tell how many that are';
  static override description =
    'NAME=N sets, NAME+N adds, NAME-N takes away; "all" is every job of the application. Without a change it prints the formation in the form that it reads. The first word can be an application.';
  static override aliases = ['ps:scale'];
  static override strict = false;
  static override examples = [
    '<%= config.bin %> scale dummy=3 dummy1+2',
    '<%= config.bin %> scale shop web-1',
    '<%= config.bin %> scale all=0',
    '<%= config.bin %> scale',
  ];
  static override args = { change: Args.string({ description: 'an application, and changes like web=3', ignoreStdin: true }) };
  static override flags = {
    ...nodeFlags,
    json: Flags.boolean({ description: 'print {"app", "jobs": [{"name", "numprocesses"}]}: the numbers that are wanted now' }),
  };

  async run(): Promise<void> {
    const parsed = await this.parse(Scale);
    const { json, ...flags } = parsed.flags;
    const { app, changes } = parseScaleWords(wordsOf(parsed));
    const named = app === undefined ? flags : { ...flags, app };
    const words = changes.map(({ name }) => name);
    const ofSeveral = await throughLookup(named, words, async (finder) => {
      const { printFormations, scaleJobsOn } = await import('../../nodes/scale.ts');
      const nodes = await finder.find();
      const scaling = { app: finder.app, changes, json, isChosen: flags.node !== undefined };
      return (await (changes.length === 0 ? printFormations(nodes, scaling) : scaleJobsOn(nodes, scaling))) ? 0 : 1;
    });
    if (ofSeveral !== undefined) {
      process.exitCode = ofSeveral;
      return;
    }
    await onNode(named, async (connection) => {
      const ok =
        changes.length === 0 ? await printFormation(connection, { json, isWord: app !== undefined }) : await scaleJobs(connection, changes, json);
      process.exitCode = ok ? 0 : 1;
    });
  }
}
