import { parseSignal, type SignalName, signalNumber } from './signal.ts';

/** How a process ended. */
export type ProcessExit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: SignalName }
  /** It could not be executed; `reason` says why in words, `code` is what a shell would answer (126, 127). */
  | { readonly kind: 'not_started'; readonly reason: string; readonly code: number }
  /** It ended while nobody could ask for its code. */
  | { readonly kind: 'unknown' };

/** Whether the process did what it was there for. */
export function endedWell(exit: ProcessExit): boolean {
  return exit.kind === 'code' && exit.code === 0;
}

/** The exit code that a shell would report: its own, or 128 and the signal's number. */
export function shellExitCode(exit: ProcessExit): number {
  switch (exit.kind) {
    case 'code':
    case 'not_started':
      return exit.code;
    case 'signal':
      return 128 + signalNumber(exit.signal);
    case 'unknown':
      return 1;
  }
}

/** How a process ended, in words: `code 3`, `SIGKILL`, `command not found: foo`. */
export function describeExit(exit: ProcessExit): string {
  switch (exit.kind) {
    case 'code':
      return `code ${exit.code}`;
    case 'signal':
      return exit.signal;
    case 'not_started':
      return exit.reason;
    case 'unknown':
      return 'unknown exit code';
  }
}

/** The two numbers that the wire uses: killed by a signal is status 0 with the signal, not started is status -1. */
export function wireExit(exit: ProcessExit): { readonly exit_status: number; readonly term_signal: number } {
  switch (exit.kind) {
    case 'code':
      return { exit_status: exit.code, term_signal: 0 };
    case 'signal':
      return { exit_status: 0, term_signal: signalNumber(exit.signal) };
    case 'not_started':
    case 'unknown':
      return { exit_status: -1, term_signal: 0 };
  }
}

/** The end that those numbers stand for; `reason` says why it could not be started. */
export function exitOfWire(wire: { readonly exit_status: number; readonly term_signal: number }, reason?: string): ProcessExit {
  if (wire.term_signal !== 0) {
    return { kind: 'signal', signal: parseSignal(wire.term_signal) };
  }
  if (reason !== undefined) {
    return { kind: 'not_started', reason, code: 127 };
  }
  return wire.exit_status < 0 ? { kind: 'unknown' } : { kind: 'code', code: wire.exit_status };
}
