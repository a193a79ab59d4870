import { messageOf } from '../errors.ts';
import type { DescriptorStream } from '../output/sink.ts';
import { sayReady, withoutMark } from '../runtime/background.ts';
import type { DaemonConfig } from './config/config.ts';
import { Daemon } from './daemon.ts';
import { openLogFor } from './handover.ts';
import { Log } from './log.ts';
import { OwnUser } from './own-user.ts';
import { type ReadConfig, Reloads } from './reloads.ts';
import { firstStopSignal } from './stop-signals.ts';

/** What gafferd runs with. */
export interface RunDaemonOptions {
  readonly config: DaemonConfig;
  /** Reads the configuration anew. */
  readonly read: ReadConfig;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: DescriptorStream;
  /** The program that runs in plugins' threads. */
  readonly pluginThread: string;
  /** The program that keeps processes. */
  readonly keeper: string;
}

/** Others take one of these for opening logs; Node would open a debugger at the first, and end at the second. */
const REOPEN_SIGNALS = ['SIGUSR1', 'SIGUSR2'] as const;

/** Runs gafferd until a signal ends it; resolves with the exit code when nothing is left. @throws GafferError when it can't start */
export async function runDaemon(options: RunDaemonOptions): Promise<number> {
  const { config, version, env, stdout, pluginThread, keeper } = options;
  process.title = 'gafferd';
  const user = OwnUser.of(config.user);
  user?.prepare(env, [process.execPath, ...process.argv.slice(1, 2)]);
  const log = new Log({ ...config.log, ...(user !== undefined && { open: (file: string) => openLogFor(user, file) }) });
  process.on('uncaughtException', (error) => {
    log.critical(`this is a bug: ${error.stack ?? error.message}`);
    process.exit(1);
  });
  stdout.removeAllListeners('error').on('error', () => undefined); // nobody looks any more: that is no reason to end
  let daemon: Daemon | undefined;
  const ended = firstStopSignal((name) => {
    log.warning(`${name} again: killing what is left`);
    daemon?.hurry();
  });
  const onLost = (reason: string): void => {
    log.critical(`the keeper of processes has gone: ${reason}`);
    process.exit(1);
  };
  const reloads = new Reloads(log, options.read);
  process.on('SIGHUP', () => reloads.ask());
  for (const name of REOPEN_SIGNALS) {
    process.on(name, () => daemon?.reopenLog());
  }
  try {
    daemon = new Daemon({ config, version, log, env: withoutMark(env), stdout, user, pluginThread, keeper, onLost });
    // a signal that comes meanwhile is waited with: nothing may be left behind
    await daemon.start();
  } catch (error) {
    if (config.log.file !== undefined) {
      log.critical(`gafferd can't start: ${messageOf(error)}`);
    }
    throw error;
  }
  sayReady(env);
  reloads.open(daemon);
  log.info(`${await ended}: stopping`);
  await reloads.close();
  await daemon.stop();
  log.info('stopped');
  log.close();
  return 0;
}
