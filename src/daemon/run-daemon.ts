import { GafferError, messageOf } from '../errors.ts';
import { type Finding, formatFinding } from '../finding.ts';
import type { DescriptorStream } from '../output/sink.ts';
import { sayReady } from '../runtime/background.ts';
import type { DaemonConfig } from './config/config.ts';
import { Daemon } from './daemon.ts';
import { Log } from './log.ts';

/** What gafferd runs with. */
export interface RunDaemonOptions {
  readonly config: DaemonConfig;
  /** Reads the configuration anew. */
  read(): { readonly config: DaemonConfig | undefined; readonly findings: readonly Finding[] };
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: DescriptorStream;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/** A signal again within this time is the same one, sent on by a parent. */
const ECHO_MS = 50;

/** Runs gafferd until a signal ends it; resolves with the exit code when nothing is left. @throws GafferError when it can't start */
export async function runDaemon({ config, read, version, env, stdout }: RunDaemonOptions): Promise<number> {
  process.title = 'gafferd';
  const { file, level, format } = config.log;
  const log = new Log({ file, level, format });
  const ended = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of STOP_SIGNALS) {
      process.once(signal, () => resolve(signal));
    }
  });
  let reloads: Promise<void> = Promise.resolve();
  let isWanted = false;
  let reload: (() => Promise<void>) | undefined;
  process.on('SIGHUP', () => {
    isWanted = true;
    reloads = reloads.then(async () => await reload?.());
  });
  const daemon = new Daemon({ config, version, log, env: withoutMark(env), stdout });
  // one that comes meanwhile is waited for: nothing may be left behind
  const started = daemon.start();
  const signalled = await Promise.race([started.then(() => undefined), ended]);
  if (signalled === undefined) {
    sayReady(env);
    reload = async () => {
      if (isWanted) {
        isWanted = false;
        await readAnew(daemon, read, log);
      }
    };
    reloads = reloads.then(reload);
  } else {
    await started;
  }
  const signal = await ended;
  reload = undefined;
  log.info(`${signal}: stopping`);
  const since = performance.now();
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      if (performance.now() - since > ECHO_MS) {
        log.warning(`${name} again: killing what is left`);
        daemon.hurry();
      }
    });
  }
  await reloads;
  await daemon.stop();
  log.info('stopped');
  log.close();
  return 0;
}

/** A configuration with an error changes nothing. */
async function readAnew(daemon: Daemon, read: RunDaemonOptions['read'], log: Log): Promise<void> {
  try {
    const { config, findings } = read();
    for (const finding of findings) {
      log[finding.level === 'error' ? 'error' : 'warning'](formatFinding(finding));
    }
    if (config === undefined) {
      log.error('the configuration has errors: everything stays as it is');
    } else {
      await daemon.reload(config);
    }
  } catch (error) {
    log.error(`the configuration can't be read anew: ${error instanceof GafferError ? error.message : messageOf(error)}`);
  }
}

/** What says that gafferd is in the background is not for its jobs. */
function withoutMark({ GAFFER_BACKGROUND: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}
