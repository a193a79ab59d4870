import { Log } from '../daemon/log.ts';
import { firstStopSignal } from '../daemon/stop-signals.ts';
import { messageOf } from '../errors.ts';
import { sayReady } from '../runtime/background.ts';
import type { LookupdConfig } from './config.ts';
import { Lookupd } from './lookupd.ts';

/** What gaffer_lookupd runs with. */
export interface RunLookupdOptions {
  readonly config: LookupdConfig;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs gaffer_lookupd until a signal ends it; resolves with the exit code. @throws GafferError when it can't start */
export async function runLookupd({ config, version, env }: RunLookupdOptions): Promise<number> {
  process.title = 'gaffer_lookupd';
  const log = new Log(config.log);
  process.on('uncaughtException', (error) => {
    log.critical(`this is a bug: ${error.stack ?? error.message}`);
    process.exit(1);
  });
  const ended = firstStopSignal((name) => {
    log.warning(`${name} again: ending at once`);
    process.exit(1);
  });
  let lookupd: Lookupd | undefined;
  for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(name, () => void lookupd?.refresh(config.log));
  }
  try {
    lookupd = new Lookupd({ config, version, log });
    await lookupd.start();
  } catch (error) {
    if (config.log.file !== undefined) {
      log.critical(`gaffer_lookupd can't start: ${messageOf(error)}`);
    }
    throw error;
  }
  sayReady(env);
  log.info(`${await ended}: stopping`);
  await lookupd.stop();
  log.info('stopped');
  log.close();
  return 0;
}
