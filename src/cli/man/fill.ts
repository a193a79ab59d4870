/** What manual pages keep to, so that they can be read and compared. */
const WIDTH = 80;

/** Between two sentences: roff gives them their distance when each begins a line. */
const BETWEEN_SENTENCES = /(?<=[.!?]["')]*) (?=["'(]*[A-Z\\])/;

/** Where a line that ends so is broken, roff sees the end of a sentence. */
const LOOKS_LIKE_AN_END = /[.!?](?:["')]|\\\(dq|\\\(aq)*$/;

/** Text of roff as lines: a sentence begins a line, and none is longer than it should be. */
export function filled(text: string): readonly string[] {
  return text.split(BETWEEN_SENTENCES).flatMap(broken).map(guarded);
}

function broken(sentence: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > WIDTH) {
      lines.push(LOOKS_LIKE_AN_END.test(line) ? `${line}\\&` : line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A line that begins with a dot would be a command. */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
