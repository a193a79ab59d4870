import type { GafferEvent } from '../job/event.ts';
import { describeExit, endedWell } from '../job/exit.ts';
import { eventText } from '../output/event-text.ts';
import type { Log } from './log.ts';

/** Puts into the log what happens to jobs: trouble as a warning, changes as information, the rest for who looks for a mistake. */
export function logEvent(log: Log, event: GafferEvent): void {
  const fields = {
    event: event.type,
    name: event.name,
    ...('process' in event && event.process !== undefined && { pid: event.process.pid, os_pid: event.process.osPid }),
  };
  switch (event.type) {
    case 'flap':
    case 'give_up':
    case 'port_taken':
      log.warning(`${event.name}: ${eventText(event) ?? event.type}`, fields);
      return;
    case 'exit': {
      const text = `${event.name}: process ${event.process.pid} (os pid ${event.process.osPid}) ended with ${describeExit(event.exit)}`;
      if (event.exit.kind === 'not_started') {
        log.warning(`${event.name}: ${eventText(event) ?? ''}`, fields);
      } else if (event.requested || endedWell(event.exit)) {
        log.debug(text, fields);
      } else {
        log.info(text, fields);
      }
      return;
    }
    case 'load':
    case 'unload':
    case 'start':
    case 'stop':
    case 'reload':
    case 'update':
    case 'done':
      log.info(`${event.type} ${event.name}`, fields);
      return;
    case 'spawn':
    case 'reap':
    case 'stop_process':
    case 'kill':
      log.debug(`${event.type} ${event.name}`, fields);
  }
}
