import { constants } from 'node:os';
import { GafferError } from '../errors.ts';
import { didYouMean } from '../suggestion.ts';

/** A signal by its name, `SIGTERM` for example. */
export type SignalName = NodeJS.Signals;

const NAMES = new Map<number, SignalName>();
for (const [name, number] of Object.entries(constants.signals)) {
  if (!NAMES.has(number)) {
    NAMES.set(number, name as SignalName);
  }
}

/**
 * Reads a signal: a number of this system, digits, or a name (`hup`, `HUP`, `SIGHUP`).
 * @throws GafferError `invalid_signal`
 */
export function parseSignal(value: unknown): SignalName {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))) {
    const name = NAMES.get(Number(value));
    if (name !== undefined) {
      return name;
    }
  } else if (typeof value === 'string') {
    const upper = value.toUpperCase();
    const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
    if (Object.hasOwn(constants.signals, name)) {
      return name as SignalName;
    }
  }
  throw new GafferError('invalid_signal', `expected a signal's name or number like "HUP" or 1, got ${JSON.stringify(value)}${signalHint(value)}`);
}

function signalHint(value: unknown): string {
  if (typeof value !== 'string') {
    return '';
  }
  const names = Object.keys(constants.signals);
  return didYouMean(value.toUpperCase(), /^sig/i.test(value) ? names : names.map((name) => name.slice('SIG'.length)));
}

/** The number that this system gives to a signal. */
export function signalNumber(name: SignalName): number {
  return constants.signals[name];
}
