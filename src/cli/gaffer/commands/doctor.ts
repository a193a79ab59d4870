import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { GafferError, messageOf } from '../../../errors.ts';
import { nodeFlags } from '../../node-options.ts';
import { explainUsage } from '../../usage.ts';

declare const GAFFER_VERSION: string;

const { 'api-key': apiKey, cacert, certfile, keyfile, root } = nodeFlags;

const ENDPOINT = 'the node to ask; without it the "gaffer start" of this folder, else the first address of gafferd\'s configuration';

/** `gaffer doctor`: looks at a node's set-up and says what to change. */
export class Doctor extends Command {
  static override summary = "Look at a node's set-up and say what to change";
  static override description =
    'Looks at this machine as a gafferd of this user would find it (versions, configuration, addresses, keys, TLS, who can read and write the files), then asks the node that answers, with and without the key. It changes nothing. ' +
    'What has to be changed comes first, with the command that does it. The options that gafferd is started with can stand behind --. Ends with 0 when nothing has to be changed, with 1 when something has to, with 2 for a wrong command line.';
  static override usage = 'doctor [OPTIONS] [-- OPTIONS OF GAFFERD]';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor -c /etc/gaffer',
    '<%= config.bin %> doctor -- --bind :5000 --certfile node.pem --keyfile node.key',
    '<%= config.bin %> doctor --endpoint https://box:5000 --json',
  ];
  static override flags = {
    config: Flags.string({ char: 'c', description: "[env: GAFFERD_CONFIG] gafferd's configuration, as gafferd -c has it", helpValue: 'PLACE' }),
    endpoint: Flags.string({
      char: 'g',
      aliases: ['gafferd-http-address'],
      description: ENDPOINT,
      helpValue: 'URL',
      env: 'GAFFER_ENDPOINT',
      helpGroup: 'NODE',
    }),
    ...{ 'api-key': apiKey, cacert, certfile, keyfile, root },
    timeout: Flags.string({
      description: 'how long the node may take for each answer (default 5)',
      helpValue: 'SECONDS',
      env: 'GAFFER_TIMEOUT',
      helpGroup: 'NODE',
    }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true }),
    json: Flags.boolean({
      description: 'print {"ok", "findings": [{"level", "area", "id", "message", "remedy"}]}; the level is problem, warning, advice or ok',
    }),
  };

  async run(): Promise<void> {
    const [own, others] = divide(this.argv);
    const { flags } = await this.parse(Doctor, [...own]);
    const [{ Gafferd }, { daemonFlagsOf }, { doctor }] = await Promise.all([
      import('../../gafferd/command.ts'),
      import('../../gafferd/flags.ts'),
      import('../../doctor.ts'),
    ]);
    const line = await this.parse({ flags: Gafferd.flags, args: Gafferd.args }, [...others]).catch((error: unknown) => {
      throw new GafferError('bad_usage', `behind --: ${explainUsage(messageOf(error), Gafferd)} (gafferd --help tells more)`, { cause: error });
    });
    const { color, json, config, ...node } = flags;
    const { ok, text } = await doctor({
      daemon: { ...daemonFlagsOf(line) },
      config,
      node,
      keyInWords: own.some((word) => /^--api-key(=|$)/.test(word)),
      version: GAFFER_VERSION,
      json,
      color,
    });
    process.stdout.write(`${text}\n`);
    process.exitCode = ok ? 0 : 1;
  }
}

/** The words in front of `--`, and those behind it. */
function divide(argv: readonly string[]): readonly [readonly string[], readonly string[]] {
  const at = argv.indexOf('--');
  return at === -1 ? [argv, []] : [argv.slice(0, at), argv.slice(at + 1)];
}
