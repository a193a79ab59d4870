/** How a command line, as one would type it into a shell, is best run. */
export type CommandLine =
  /** It has no shell syntax: the program can be executed directly. */
  | { readonly kind: 'direct'; readonly words: readonly string[] }
  /** It needs a shell; `script` starts with `exec` where the shell has nothing left to do afterwards. */
  | { readonly kind: 'shell'; readonly script: string; readonly template?: Template };

/** A command whose only shell syntax is variables: it can do without a shell where their values are plain words. */
export interface Template {
  /** The first is the program. The others name variables as `$NAME` or `${NAME}`; `$$` is a dollar sign. */
  readonly words: readonly string[];
  readonly variables: readonly string[];
}

/** Words that a shell answers itself; most of them act on the shell or differ from a program of the same name. */
const SHELL_WORDS = new Set(
  (
    '! . : [ [[ { } alias bg bind break builtin caller case cd command compgen continue declare dirs do done echo elif else enable esac ' +
    'eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let local logout newgrp popd printf ' +
    'pushd pwd read readonly return select set shift shopt source suspend test then time times trap true type typeset ulimit umask ' +
    'unalias unset until wait while'
  ).split(' '),
);

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/**
 * Reads a command line. Quotes are understood here; everything else that a shell would act on (variables, `~`,
 * patterns, pipes, lists, redirections, assignments, its own commands) is left to `sh`.
 */
export function parseCommandLine(text: string): CommandLine {
  const line = text.replaceAll(/^[ \t\n]+|[ \t\n]+$/g, '');
  const read = readSimpleCommand(line);
  if (read === undefined) {
    return { kind: 'shell', script: line };
  }
  const assignments = read.words.findIndex((word) => !ASSIGNMENT.test(word.source));
  const first = read.words[assignments];
  const redirects = read.words.slice(0, assignments).some((word) => /[<>]/.test(word.source));
  if (first === undefined || redirects || !isProgram(first)) {
    return { kind: 'shell', script: line };
  }
  if (assignments === 0 && !read.expands) {
    return { kind: 'direct', words: read.words.map((word) => word.value) };
  }
  const script = `${line.slice(0, first.at)}exec ${line.slice(first.at)}`;
  const template = assignments === 0 && first.literal ? templateOf(read.words) : undefined;
  return { kind: 'shell', script, ...(template !== undefined && { template }) };
}

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;

/** Words of harmless characters and variables, bare or in double quotes as a whole. */
const PLAIN_WITH_VARIABLES = /^(?:(?:[\w@%+=:,./-]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})+|"(?:[\w@%+=:,./ -]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})+")$/;

function templateOf(words: readonly Word[]): Template | undefined {
  const templates: string[] = [];
  const variables = new Set<string>();
  for (const { literal, source, value } of words) {
    if (literal) {
      templates.push(value.replaceAll('$', '$$$$'));
    } else if (PLAIN_WITH_VARIABLES.test(source)) {
      templates.push(source.replaceAll('"', ''));
      for (const [, bare, braced] of source.matchAll(VARIABLE)) {
        variables.add(bare ?? braced ?? '');
      }
    } else {
      return undefined;
    }
  }
  const [program = '', ...rest] = templates;
  return { words: [program.replaceAll('$$', '$'), ...rest], variables: [...variables] };
}

/** Whether the first word surely names a program and not something the shell does itself. */
function isProgram(word: Word): boolean {
  return word.literal ? !SHELL_WORDS.has(word.value) : word.value.includes('/') && !/^\d*[<>]/.test(word.source);
}

interface Word {
  readonly at: number;
  /** As written. */
  readonly source: string;
  /** Without quotes. */
  readonly value: string;
  /** The shell would expand nothing in it. */
  readonly literal: boolean;
}

/** One command without pipes and lists, as words; undefined for anything else. */
function readSimpleCommand(line: string): { readonly words: readonly Word[]; readonly expands: boolean } | undefined {
  const words: Word[] = [];
  let expands = false;
  let at = 0;
  while (at < line.length) {
    if (isBlank(line.charAt(at))) {
      at += 1;
      continue;
    }
    const word = readWord(line, at);
    if (word === undefined) {
      return undefined;
    }
    words.push(word);
    expands ||= !word.literal;
    at += word.source.length;
  }
  return { words, expands };
}

/** Whether a shell parts words there; to a shell other white space, like a no-break space, is a letter. */
function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n';
}

/** The word that starts at `start`; undefined when the shell would see an operator, a comment or an open quote. */
function readWord(line: string, start: number): Word | undefined {
  let value = '';
  let literal = true;
  let at = start;
  while (at < line.length) {
    const char = line.charAt(at);
    if (isBlank(char)) {
      break;
    }
    if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) {
        return undefined;
      }
      value += line.slice(at + 1, end);
      at = end + 1;
    } else if (char === '"') {
      const quoted = /^"((?:[^"\\`$]|\\.)*)"/s.exec(line.slice(at));
      if (quoted?.[1] !== undefined) {
        value += quoted[1].replaceAll(/\\([\\"$`])/g, '$1');
        at += quoted[0].length;
      } else {
        const expanding = /^"(?:[^"\\`(]|\\.)*"/s.exec(line.slice(at));
        if (expanding === null) {
          return undefined;
        }
        literal = false;
        value += expanding[0];
        at += expanding[0].length;
      }
    } else if (char === '\\') {
      if (at + 1 === line.length) {
        return undefined;
      }
      value += line.charAt(at + 1);
      at += 2;
    } else if ('|;&()`\n'.includes(char) || (char === '#' && at === start)) {
      return undefined;
    } else if (char === '<' || char === '>') {
      const redirection = /^(?:>>|>\||<>|[<>])&?(?![<>&|(])/.exec(line.slice(at));
      if (redirection === null) {
        return undefined;
      }
      literal = false;
      value += redirection[0];
      at += redirection[0].length;
    } else {
      if ('$*?[{'.includes(char) || (char === '~' && (at === start || '=:'.includes(line.charAt(at - 1))))) {
        literal = false;
      }
      value += char;
      at += 1;
    }
  }
  return { at: start, source: line.slice(start, at), value, literal };
}

/** Shell words behind which another command stands. */
const INTRODUCTIONS = new Set('! { do elif else exec if then time until while command'.split(' '));

/** Shell words behind which nothing can be told without understanding the whole script. */
const COMPLICATED = new Set('case for function select eval [['.split(' '));

/**
 * The programs that a command line names, as far as that can be told without running it: the first words of its
 * commands that are neither shell commands nor expanded.
 */
export function programsOf(text: string): readonly string[] {
  const programs: string[] = [];
  let expectsCommand = true;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if ('|;&\n'.includes(char)) {
      expectsCommand = true;
      at += 1;
      continue;
    }
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    const word = readWord(text, at);
    if (word === undefined || word.source === '' || COMPLICATED.has(word.value)) {
      return programs;
    }
    at += word.source.length;
    if (expectsCommand && !ASSIGNMENT.test(word.source) && !INTRODUCTIONS.has(word.value)) {
      expectsCommand = false;
      if (word.literal && !SHELL_WORDS.has(word.value)) {
        programs.push(word.value);
      }
    }
  }
  return programs;
}
