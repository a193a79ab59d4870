import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type { OnExit } from '../../../job/config.ts';
import type { TimestampStyle } from '../../../output/line-format.ts';
import { concurrency, portFlags, projectFlags } from '../../flags.ts';
import { choicesOf, printWarnings, projectOf } from '../../project-options.ts';
import { parseSeconds } from '../../seconds.ts';

declare const GAFFER_VERSION: string;

/** `gaffer start`: runs the Procfile here. */
export class Start extends Command {
  static override summary = 'Run the Procfile of this folder';
  static override description =
    'Starts every process of the Procfile (or the named ones), shows their output, restarts what ends, and stops everything with Ctrl-C. Nothing is left behind. Ends with 130 after Ctrl-C, with 0 when every process is done, with 1 if one was given up or did not end well, and with --on-exit stop with the exit code of the process that ended.';
  static override aliases = ['dev:start'];
  static override strict = false;
  static override examples = [
    '<%= config.bin %> start',
    '<%= config.bin %> start web worker',
    '<%= config.bin %> start -c web=2,worker=1 -e .env,local.env',
    '<%= config.bin %> start --on-exit stop',
    '<%= config.bin %> start --stdin web',
  ];
  static override args = { name: Args.string({ description: 'processes to run; all without one', ignoreStdin: true }) };
  static override flags = {
    ...projectFlags,
    concurrency,
    except: Flags.string({
      char: 'x',
      description: 'leave a process out',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
    }),
    ...portFlags,
    'graceful-timeout': Flags.string({ char: 't', description: 'seconds from the stop signal to SIGKILL (default 10)', helpValue: 'SECONDS' }),
    'on-exit': Flags.string({
      description: 'when a process ends: start it again (the default), stop everything and take its exit code, or go on without it',
      options: ['restart', 'stop', 'ignore'],
    }),
    stdin: Flags.string({
      description: 'what is typed or piped in goes to this process (web, or web.2): it gets a stdin (redirect_input)',
      helpValue: 'NAME',
      exclusive: ['detach'],
    }),
    detach: Flags.boolean({ description: 'run on in the background: "gaffer logs -f" shows the output, "gaffer stop" ends it' }),
    timestamp: Flags.string({ description: 'the time before each line', options: ['clock', 'iso', 'none'], default: 'clock', helpGroup: 'OUTPUT' }),
    'no-timestamp': Flags.boolean({ description: 'same as --timestamp none', helpGroup: 'OUTPUT' }),
    color: Flags.boolean({ description: 'colours, also where the output is no terminal', allowNo: true, helpGroup: 'OUTPUT' }),
    'no-align': Flags.boolean({ description: 'do not pad names', helpGroup: 'OUTPUT' }),
    raw: Flags.boolean({ description: 'output as it is, without anything before the lines', helpGroup: 'OUTPUT' }),
    'quiet-events': Flags.boolean({ description: "leave out gaffer's own lines about starts and exits", helpGroup: 'OUTPUT' }),
  };

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(Start);
    const project = projectOf(flags);
    const [{ expectRunnable }, { jobsOf }, { parseInputGoal, withInput }, { StartSession }, { wantsColor }] = await Promise.all([
      import('../../../local/project.ts'),
      import('../../../local/jobs.ts'),
      import('../../../local/input-goal.ts'),
      import('../../../local/start.ts'),
      import('../../../output/color.ts'),
    ]);
    printWarnings(project.findings);
    expectRunnable(project);
    const timeout = flags['graceful-timeout'];
    const jobs = jobsOf(project, {
      ...choicesOf(flags),
      names: argv as string[],
      except: flags.except,
      gracefulTimeout: timeout === undefined ? undefined : parseSeconds('--graceful-timeout', timeout),
      onExit: flags['on-exit'] as OnExit | undefined,
    });
    const goal = flags.stdin === undefined ? undefined : parseInputGoal(flags.stdin, jobs);
    const { isInBackground, sayReady, startInBackground } = await import('../../../runtime/background.ts');
    if (flags.detach && !isInBackground(process.env)) {
      const pid = await startInBackground('gaffer start', process.env);
      process.stdout.write(`gaffer start runs in the background with pid ${pid}: "gaffer logs -f" shows its output, "gaffer stop" ends it\n`);
      return;
    }
    const { GAFFER_BACKGROUND: _, ...env } = process.env;
    // oclif throws what is not EPIPE; the session knows what to do when its output is gone
    process.stdout.removeAllListeners('error');
    const code = await StartSession.run({
      root: project.root,
      app: project.app,
      version: GAFFER_VERSION,
      jobs: goal === undefined ? jobs : withInput(jobs, goal),
      input: goal && { goal, stream: process.stdin },
      env,
      onStarted: () => sayReady(process.env),
      stdout: process.stdout,
      stderr: process.stderr,
      display: {
        timestamp: flags['no-timestamp'] ? 'none' : (flags.timestamp as TimestampStyle),
        color: wantsColor({ flag: flags.color, env: process.env, isTerminal: process.stdout.isTTY }),
        align: !flags['no-align'],
        raw: flags.raw,
        quietEvents: flags['quiet-events'],
      },
    });
    process.exit(code);
  }
}
