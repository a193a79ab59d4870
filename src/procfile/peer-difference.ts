import type { EnvEntry } from './env-entries.ts';
import { type PeerReading, readAsForeman, readAsHoncho } from './peers.ts';

/**
 * Tells how foreman and honcho read an assignment, if not as dotenv does.
 * @param value what dotenv reads
 * @param line the line on which the assignment starts
 */
export function comparePeers(entry: EnvEntry, value: string, line: string): string | undefined {
  const manyLines = entry.lastLine > entry.line;
  const foreman = difference(readAsForeman(line), entry.name, value, manyLines);
  const honcho = difference(readAsHoncho(line), entry.name, value, manyLines);
  if (foreman === undefined) {
    return honcho && `honcho ${honcho}`;
  }
  if (honcho === undefined) {
    return `foreman ${foreman}`;
  }
  return foreman === honcho ? `foreman ${foreman}, and so does honcho` : `foreman ${foreman}, honcho ${honcho}`;
}

/** How a peer's reading differs, in words and without the value. */
function difference(reading: PeerReading, name: string, ours: string, manyLines: boolean): string | undefined {
  if (reading.kind === 'failed') {
    return 'fails on this line';
  }
  if (reading.kind === 'ignored' || reading.name !== name) {
    return 'ignores this line';
  }
  const theirs = reading.value;
  if (theirs === ours) {
    return undefined;
  }
  if (manyLines) {
    return 'reads the first line only';
  }
  if (theirs.startsWith(ours) && /^\s*#/.test(theirs.slice(ours.length))) {
    return 'takes the "#" and the rest of the line into the value';
  }
  if (theirs.trim() === ours) {
    return 'keeps the blanks around the value';
  }
  if (theirs === ours.replaceAll('\\', '')) {
    return 'drops the backslashes';
  }
  if (theirs === ours.replaceAll(/\s/g, '')) {
    return 'drops the blanks';
  }
  if (/^(['"`]).*\1$/s.test(theirs) && theirs.slice(1, -1) === ours) {
    return 'keeps the quotes';
  }
  if (theirs === ours.replaceAll(String.raw`\n`, '\n').replaceAll(String.raw`\t`, '\t')) {
    return String.raw`turns \n and \t into line breaks and tabs`;
  }
  return ours.startsWith(theirs) ? 'ends the value sooner' : 'reads another value';
}
