/** What another Procfile runner makes of one line of a `.env` file. */
export type PeerReading =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'ignored' }
  /** It ends with an exception. */
  | { readonly kind: 'failed' };

const IGNORED: PeerReading = { kind: 'ignored' };
const FAILED: PeerReading = { kind: 'failed' };

/** Reads a line as foreman 0.87 does. */
export function readAsForeman(line: string): PeerReading {
  const [, name, raw] = /^([A-Za-z_0-9]+)=(.*)$/s.exec(line) ?? [];
  if (name === undefined || raw === undefined) {
    return IGNORED;
  }
  const quoted = /^(['"])(.*)\1$/s.exec(raw);
  if (quoted === null) {
    return { kind: 'value', name, value: raw };
  }
  const inner = quoted[2] ?? '';
  const value = quoted[1] === "'" ? inner : inner.replaceAll(String.raw`\n`, '\n').replaceAll(/\\(.)/g, '$1');
  return { kind: 'value', name, value };
}

/** Reads a line as honcho 2 does: the first word, `=`, and all further words without what is between them. */
export function readAsHoncho(line: string): PeerReading {
  const tokens = shlexTokens(line);
  if (tokens === undefined) {
    return FAILED;
  }
  const [name = '', operator, ...rest] = tokens;
  if (operator !== '=' || rest.length === 0 || !/^[A-Za-z_]/.test(name)) {
    return IGNORED;
  }
  return { kind: 'value', name, value: rest.join('').replaceAll(String.raw`\n`, '\n').replaceAll(String.raw`\t`, '\t') };
}

const PLAIN = /^[A-Za-z0-9_ß-öø-ÿÀ-ÖØ-Þ]+/;

/** The tokens of Python's `shlex.shlex(line, posix=True)`; undefined where it raises. */
function shlexTokens(line: string): readonly string[] | undefined {
  const tokens: string[] = [];
  let token: string | undefined;
  const flush = (): void => {
    if (token !== undefined) {
      tokens.push(token);
      token = undefined;
    }
  };
  let rest = line;
  while (rest !== '') {
    const plain = PLAIN.exec(rest);
    const quoted = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")/s.exec(rest);
    let length = 1;
    if (plain !== null) {
      token = (token ?? '') + plain[0];
      length = plain[0].length;
    } else if (quoted !== null) {
      token = (token ?? '') + (quoted[1] ?? (quoted[2] ?? '').replaceAll(/\\([\\"])/g, '$1'));
      length = quoted[0].length;
    } else if (/^['"]|^\\$/.test(rest)) {
      return undefined;
    } else if (rest.startsWith('\\')) {
      length = 1 + codePointLength(rest.slice(1));
      token = (token ?? '') + rest.slice(1, length);
    } else {
      flush();
      if (rest.startsWith('#')) {
        return tokens;
      }
      length = codePointLength(rest);
      if (!/^[ \t\r\n]/.test(rest)) {
        tokens.push(rest.slice(0, length));
      }
    }
    rest = rest.slice(length);
  }
  flush();
  return tokens;
}

function codePointLength(text: string): number {
  return (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
}
