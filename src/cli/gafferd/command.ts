import { join } from 'node:path';
import * as Args from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import type { DaemonConfig } from '../../daemon/config/config.ts';
import { type DaemonConfigResult, readDaemonConfig } from '../../daemon/config/read-daemon-config.ts';
import { UPGRADE_MARK } from '../../daemon/upgrade/messages.ts';
import type { Predecessor } from '../../daemon/upgrade/predecessor.ts';
import { GafferError, messageOf } from '../../errors.ts';
import { formatFinding } from '../../finding.ts';
import { inputOf } from './daemon-input.ts';
import { deedOf } from './deeds.ts';
import { daemonFlags, daemonFlagsOf } from './flags.ts';
import { explainMissing } from './missing-libsql.ts';

declare const GAFFER_VERSION: string;

/** `gafferd`: a node. */
export class Gafferd extends Command {
  static override summary = 'Supervise jobs on this machine, and serve the API by which they are managed';
  static override description =
    'Runs the jobs of its configuration and those that were loaded over the API, restarts what ends, and stops everything with SIGTERM. SIGHUP reads the configuration anew; with SIGUSR2, or --upgrade, a gafferd of the installed version takes over while the jobs run on. When it is killed they run on too, and the next gafferd with the same state folder takes them over. Without -c the configuration is ~/.gaffer/gafferd.ini, for root /usr/local/etc/gaffer/gafferd.ini or /etc/gaffer/gafferd.ini; there need not be one.';
  static override examples = [
    '<%= config.bin %>',
    '<%= config.bin %> -c /etc/gaffer -v',
    '<%= config.bin %> --bind 127.0.0.1:5000 --bind unix:/run/gafferd.sock',
    '<%= config.bin %> -c gafferd.ini --check-config',
    '<%= config.bin %> --create-admin-user --username me',
    '<%= config.bin %> -c gafferd.ini --upgrade',
    '<%= config.bin %> --daemon --pidfile /run/gafferd.pid --error-log /var/log/gafferd.log',
  ];
  static override args = { config: Args.string({ description: 'the configuration file, as -c has it', ignoreStdin: true }) };
  static override flags = daemonFlags;

  async run(): Promise<void> {
    const predecessor = await meetPredecessor();
    try {
      await this.#run(predecessor);
    } catch (error) {
      if (predecessor === undefined) {
        throw error;
      }
      await predecessor.failed(messageOf(error)); // it says so in its log
      process.exit(1);
    }
  }

  async #run(predecessor: Predecessor | undefined): Promise<void> {
    const line = await this.parse(Gafferd);
    const flags = daemonFlagsOf(line);
    const isCheck = line.flags['check-config'];
    const deed = deedOf(line.flags);
    const { isInBackground, startInBackground } = await import('../../runtime/background.ts');
    const wasStartedAgain = isInBackground(process.env);
    const input = predecessor === undefined ? inputOf(flags) : { ...predecessor.place, flags }; // as it is now: later this process may be another user
    const read = (): DaemonConfigResult => readDaemonConfig(input);
    const config = expectConfig(read(), { isCheck, isQuiet: wasStartedAgain });
    if (isCheck) {
      process.stdout.write(`${config.files[0] ?? 'the configuration'}: ok, ${config.jobs.length} ${config.jobs.length === 1 ? 'job' : 'jobs'}\n`);
      return;
    }
    if (deed !== undefined) {
      await deed(config);
      return;
    }
    if (config.daemonize && !wasStartedAgain && predecessor === undefined) {
      const pid = await startInBackground('gafferd', process.env);
      process.stdout.write(`gafferd runs in the background with pid ${pid}\n`);
      return;
    }
    const { runDaemon } = await import('../../daemon/run-daemon.ts').catch(explainMissing);
    const [pluginThread, keeper] = [join(this.config.root, 'plugin-thread.cjs'), join(this.config.root, 'keeper.cjs')];
    const { env, stdout } = process;
    process.exit(await runDaemon({ config, read, version: GAFFER_VERSION, env, stdout, pluginThread, keeper, place: input, predecessor }));
  }
}

/** The gafferd that has started this one to take over from it; what that needs is loaded only then. */
async function meetPredecessor(): Promise<Predecessor | undefined> {
  if (process.env[UPGRADE_MARK] === undefined) {
    return undefined;
  }
  const { Predecessor } = await import('../../daemon/upgrade/predecessor.ts');
  return await Predecessor.meet(process.env);
}

/** Says what is wrong, all of it; warnings only once when it is read a second time in the background. */
function expectConfig({ config, findings }: DaemonConfigResult, { isCheck, isQuiet }: { isCheck: boolean; isQuiet: boolean }): DaemonConfig {
  const errors = findings.filter(({ level }) => level === 'error');
  for (const finding of isQuiet ? [] : findings.filter(({ level }) => level === 'warning')) {
    process.stderr.write(`gafferd: ${formatFinding(finding)}\n`);
  }
  if (config === undefined) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    throw new GafferError(
      'invalid_config',
      [...errors.map(formatFinding), `${count} in the configuration${isCheck ? '' : '; nothing was started'}`].join('\n'),
    );
  }
  return config;
}
