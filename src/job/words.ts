import { GafferError } from '../errors.ts';

/**
 * Splits a text as a shell splits words: quotes and backslashes group, nothing is expanded.
 * @throws GafferError `invalid_config` for a quote that is never closed
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === "'") {
      const end = closing(text, "'", i);
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (char === '"') {
      const end = closing(text, '"', i);
      word = (word ?? '') + text.slice(i + 1, end).replaceAll(/\\([\\"$`\n])/g, '$1');
      i = end;
    } else if (char === '\\' && i + 1 < text.length) {
      i += 1;
      word = (word ?? '') + text.charAt(i);
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) {
        words.push(word);
        word = undefined;
      }
    } else {
      word = (word ?? '') + char;
    }
  }
  return word === undefined ? words : [...words, word];
}

function closing(text: string, quote: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    if (quote === '"' && text[i] === '\\') {
      i += 1;
    } else if (text[i] === quote) {
      return i;
    }
  }
  throw new GafferError('invalid_config', `expected a closing ${quote} in \`${text}\``);
}

/** Joins words so that {@link splitWords}, or a shell, gives the same words again. */
export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** One word, quoted where a shell would not take it literally. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Replaces `$NAME` and `${NAME}` from an environment; `$$` is a literal `$`.
 * @throws GafferError `invalid_config` for a variable that is not set and for a `$` that starts neither
 */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})?/g, (_, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) {
      return '$';
    }
    const name = plain ?? braced;
    if (name === undefined) {
      throw new GafferError('invalid_config', `expected a name after "$" in "${text}"; write "$$" for a dollar sign`);
    }
    const value: unknown = env[name];
    if (typeof value !== 'string') {
      throw new GafferError('invalid_config', `variable ${name} is not set, and "${text}" needs it; set it in the environment of the job`);
    }
    return value;
  });
}
