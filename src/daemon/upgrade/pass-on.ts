import { messageOf } from '../../errors.ts';
import type { Daemon } from '../daemon.ts';
import type { Log } from '../log.ts';
import type { ReadySuccessor, Upgrades } from './upgrades.ts';

/** What is passed on, and who is told. */
export interface PassOnOptions {
  readonly daemon: Daemon;
  readonly upgrades: Upgrades;
  readonly log: Pick<Log, 'info'>;
  /** Resolves with a signal that ends gafferd. */
  readonly ended: Promise<NodeJS.Signals>;
}

/**
 * Leaves everything to a successor that is ready, and waits until it has taken over; a signal that ends gafferd is for the successor
 * then. Resolves with false when it has died: then this process has nothing any more, and has to take all of it back.
 */
export async function passOn({ successor, sockets }: ReadySuccessor, { daemon, upgrades, ended, log }: PassOnOptions): Promise<boolean> {
  log.info(`upgrade: the gafferd with pid ${successor.pid ?? 0} is ready, this one leaves`);
  await daemon.leave(sockets);
  const finished = daemon.finish();
  const stops: NodeJS.Signals[] = [];
  void ended.then((name) => {
    stops.push(name);
    successor.signal(name);
  });
  try {
    upgrades.succeed(successor.pid ?? 0, await successor.takeOver());
  } catch (error) {
    upgrades.fail(messageOf(error));
    return false;
  } finally {
    await finished;
  }
  if (stops.length > 0) {
    await successor.end(); // whoever ends gafferd waits for this process
  }
  successor.letGo();
  return true;
}
