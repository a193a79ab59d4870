/** What is put between lines that are one command to a shell. */
const GOES_ON = ' \\';

/** What the lines behind the first begin with. */
const INDENT = '    ';

/** A command line as lines of a width that a shell reads as the same command; what is quoted is never broken. */
export function shellLines(command: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(command)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && longer.length + GOES_ON.length > width) {
      lines.push(`${line}${GOES_ON}`);
      line = `${INDENT}${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** Words as blanks outside of quotes part them; an option and its value are one. */
function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
  return words.reduce<string[]>((units, word) => {
    const before = units.at(-1);
    const isValue = before !== undefined && /^--?[a-z][\w-]*$/.test(before) && !word.startsWith('-');
    return isValue ? [...units.slice(0, -1), `${before} ${word}`] : [...units, word];
  }, []);
}
