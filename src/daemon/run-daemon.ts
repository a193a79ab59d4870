import { messageOf } from '../errors.ts';
import type { DescriptorStream } from '../output/sink.ts';
import { sayReady, withoutMark } from '../runtime/background.ts';
import { formatAddress } from './config/address.ts';
import type { DaemonConfig } from './config/config.ts';
import { Daemon } from './daemon.ts';
import { openLogFor } from './handover.ts';
import { Log } from './log.ts';
import { Losses } from './losses.ts';
import { OwnUser } from './own-user.ts';
import { type ReadConfig, Reloads } from './reloads.ts';
import { firstStopSignal } from './stop-signals.ts';
import type { Heritage } from './upgrade/heritage.ts';
import type { StartPlace } from './upgrade/messages.ts';
import { passOn } from './upgrade/pass-on.ts';
import type { Predecessor } from './upgrade/predecessor.ts';
import { expectReadable, expectTakeOver } from './upgrade/preflight.ts';
import { Upgrades } from './upgrade/upgrades.ts';

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
  /** Where and how it was started. */
  readonly place: StartPlace;
  /** From whom it takes over. */
  readonly predecessor?: Predecessor | undefined;
}

/** Runs gafferd until a signal ends it or a successor has taken over; resolves with the exit code when nothing is left. @throws GafferError when it can't start */
export async function runDaemon(options: RunDaemonOptions): Promise<number> {
  const { config, version, env, stdout, predecessor } = options;
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
  let hurry = (): void => daemon?.hurry();
  const ended = firstStopSignal((name) => {
    log.warning(`${name} again: killing what is left`);
    hurry();
  });
  const losses = new Losses();
  const reloads = new Reloads(log, options.read);
  const upgrades = new Upgrades({ log, place: options.place, stateDir: config.stateDir });
  process.on('SIGHUP', () => reloads.ask());
  process.on('SIGUSR1', () => daemon?.reopenLog()); // Node would open a debugger
  process.on('SIGUSR2', () => upgrades.ask());
  /** A signal that comes meanwhile is waited with: nothing may be left behind. */
  const start = async (now: DaemonConfig, heritage: Heritage | undefined): Promise<Daemon> => {
    const { pluginThread, keeper } = options;
    const own = { version, log, env: withoutMark(env), stdout, pluginThread, keeper, onLost: (reason: string) => losses.tell(reason) };
    daemon = new Daemon({ ...own, config: now, user: OwnUser.of(now.user), heritage });
    hurry = () => daemon?.hurry();
    await daemon.start();
    return daemon;
  };
  try {
    if (predecessor !== undefined && !(await isTurn(predecessor, config, ended))) {
      return 0;
    }
    let running = await start(config, predecessor);
    sayReady(env);
    predecessor?.serving(version);
    for (;;) {
      reloads.open(running);
      const next = await Promise.race([ended, losses.next, upgrades.open(running)]);
      await reloads.close();
      if (typeof next === 'string') {
        log.info(`${next}: stopping`);
        await upgrades.close('gafferd is stopping');
        await running.stop();
        log.info('stopped');
        break;
      }
      daemon = undefined;
      if ('lost' in next) {
        log.critical(
          `the process that keeps the jobs' processes has gone: ${next.lost}; what is left of them is ended, and all jobs are started anew`,
        );
        await upgrades.close('the keeper of processes has gone'); // a successor would hold the sockets
        await running.leave([]);
        losses.forget();
        running = await start(running.config, { pid: process.pid, takeSockets: () => [] });
        continue;
      }
      hurry = () => next.successor.signal('SIGTERM');
      if (await passOn(next, { daemon: running, upgrades, ended, log })) {
        break;
      }
      expectReadable(running.config.stateDir);
      running = await start(running.config, { pid: process.pid, takeSockets: () => [] });
    }
  } catch (error) {
    if (config.log.file !== undefined) {
      log.critical(`gafferd can't start: ${messageOf(error)}`);
    }
    throw error;
  }
  log.close();
  return 0;
}

/** Waits until the one before this gafferd has left; false when this one is to end before that. @throws GafferError when it can't take over */
async function isTurn(predecessor: Predecessor, config: DaemonConfig, ended: Promise<unknown>): Promise<boolean> {
  expectTakeOver(config, predecessor);
  const turn = await Promise.race([predecessor.ready(config.endpoints.map(({ address }) => formatAddress(address))), ended.then(() => undefined)]);
  return turn !== undefined;
}
