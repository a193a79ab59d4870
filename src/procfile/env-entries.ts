/** One assignment of a `.env` file, and where it stands. */
export interface EnvEntry {
  readonly name: string;
  /** As written, with its quotes. */
  readonly rawValue: string;
  /** The line of the name, counted from 1. */
  readonly line: number;
  /** The line on which the value ends. */
  readonly lastLine: number;
}

/** The assignments of a `.env` file, and its lines that are none. */
export interface EnvLines {
  readonly lines: readonly string[];
  readonly entries: readonly EnvEntry[];
  /** Numbers of the lines that hold something, but no assignment and no comment. */
  readonly dropped: readonly number[];
}

/** The grammar by which dotenv finds assignments; a test holds the two together. */
const ASSIGNMENT =
  /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/dgm;

/** Finds where the assignments of a `.env` file stand, which dotenv itself does not tell. */
export function findEnvEntries(text: string): EnvLines {
  const unified = text.replaceAll(/\r\n?/g, '\n');
  const lines = unified.split('\n');
  const lineAt = lineCounter(unified);
  const entries: EnvEntry[] = [];
  const taken = new Set<number>();
  for (const match of unified.matchAll(ASSIGNMENT)) {
    const [start, nameEnd] = match.indices?.groups?.['name'] ?? [match.index, match.index];
    const line = lineAt(start);
    for (let n = line; n <= lineAt(match.index + match[0].length); n += 1) {
      taken.add(n);
    }
    const [, valueEnd] = match.indices?.groups?.['value'] ?? [nameEnd, nameEnd];
    entries.push({ name: match.groups?.['name'] ?? '', rawValue: match.groups?.['value'] ?? '', line, lastLine: lineAt(valueEnd) });
  }
  const dropped = [...lines.keys()].map((index) => index + 1).filter((n) => !taken.has(n) && !/^\s*(?:#|$)/.test(lines[n - 1] ?? ''));
  return { lines, entries, dropped };
}

/** Tells the line of an offset; offsets have to come in ascending order, but for a few. */
function lineCounter(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    ends.push(end);
  }
  return (offset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low + 1;
  };
}
