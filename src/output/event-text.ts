import { harmlessText } from '../finding.ts';
import type { GafferEvent } from '../job/event.ts';
import { describeExit, endedWell } from '../job/exit.ts';

/** What gaffer says of an event in a process's own column; undefined for events that it does not speak of. */
export function eventText(event: GafferEvent): string | undefined {
  switch (event.type) {
    case 'spawn':
      return `spawn process with pid ${event.process.osPid}`;
    case 'exit':
      return exitText(event);
    case 'flap':
      return `failed again and again: next try in ${formatDuration(event.pauseMs)} (${event.retry} of ${event.maxRetry})`;
    case 'give_up':
      return giveUpText(event.tail);
    case 'port_taken':
      return `port ${event.port} is taken: another program listens on it`;
    case 'load':
    case 'unload':
    case 'start':
    case 'stop':
    case 'reload':
    case 'update':
    case 'reap':
    case 'stop_process':
    case 'kill':
    case 'done':
      return undefined;
  }
}

/** Whether an event is trouble, which is told even where events are not. */
export function isTrouble(event: GafferEvent): boolean {
  return (
    event.type === 'flap' || event.type === 'give_up' || event.type === 'port_taken' || (event.type === 'exit' && event.exit.kind === 'not_started')
  );
}

function exitText(event: GafferEvent & { readonly type: 'exit' }): string {
  if (event.exit.kind === 'not_started') {
    return `could not start: ${harmlessText(event.exit.reason)}`;
  }
  const how = endedWell(event.exit) || event.requested ? '' : ` (${describeExit(event.exit)})`;
  return `exit process with pid ${event.process.osPid}${how}`;
}

/** Lines of the last output that are shown when a job is given up. */
const LAST_LINES = 10;

function giveUpText(tail: Uint8Array): string {
  const lines = Buffer.from(tail).toString().trimEnd().split('\n').slice(-LAST_LINES);
  const said = lines.length === 1 && lines[0] === '' ? 'it has written nothing' : `its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  return `given up: it failed again after every pause; ${said}`;
}

/** A time span for people: `0.4s`, `12s`, `3m 5s`, `2h 10m`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) {
    return `${Math.round(seconds * 10) / 10}s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole}s`;
  }
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}m ${whole % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}
