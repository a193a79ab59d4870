import { harmlessText } from '../../finding.ts';
import type { GafferEvent, ProcessRef } from '../../job/event.ts';
import { describeExit } from '../../job/exit.ts';
import { formatDuration } from '../../output/event-text.ts';

/** What happened, for people: first the word by which patterns know it. */
export function eventLine(event: GafferEvent): string {
  switch (event.type) {
    case 'load':
    case 'unload':
    case 'stop':
    case 'reload':
    case 'done':
      return event.type;
    case 'start':
    case 'update':
      return `${event.type}: ${event.target} wanted`;
    case 'spawn':
    case 'reap':
    case 'stop_process':
      return `${event.type} ${processText(event.process)}`;
    case 'exit':
      return `exit ${processText(event.process)}: ${harmlessText(describeExit(event.exit))} after ${formatDuration(event.ranMs)}${event.requested ? ', as it was told' : ''}`;
    case 'kill':
      return `kill ${event.signal}${event.process === undefined ? '' : ` ${processText(event.process)}`}`;
    case 'flap':
      return `flap: next try in ${formatDuration(event.pauseMs)} (${event.retry} of ${event.maxRetry})`;
    case 'give_up':
      return 'give_up: it failed again after every pause';
    case 'port_taken':
      return `port_taken: ${event.port}`;
  }
}

/** A process: gaffer's number, by which patterns and commands know it, and the system's if it has got one. */
function processText({ pid, osPid }: ProcessRef): string {
  return osPid === 0 ? `pid ${pid}` : `pid ${pid} (os pid ${osPid})`;
}
