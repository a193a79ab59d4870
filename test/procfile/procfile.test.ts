import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { parseProcfile } from '../../src/procfile/procfile.ts';

function entriesOf(text: string): readonly string[] {
  return parseProcfile(text, 'Procfile').entries.map(({ name, command }) => `${name}|${command}`);
}

function findingsOf(text: string): readonly string[] {
  return parseProcfile(text, 'Procfile').findings.map((finding) => `${finding.level} ${formatFinding(finding)}`);
}

describe('a Procfile that foreman or honcho run', () => {
  it.each<[string, string, readonly string[]]>([
    ['a name and a command', 'web: cmd', ['web|cmd']],
    ['no space behind the colon', 'web:cmd', ['web|cmd']],
    ['many blanks behind the colon', 'web: \t cmd  x ', ['web|cmd  x']],
    ['digits, _ and - in a name', 'web_1-b: cmd\n9: x', ['web_1-b|cmd', '9|x']],
    ['CRLF', 'web: cmd\r\nworker: x\r\n', ['web|cmd', 'worker|x']],
    ['a BOM', '\uFEFFweb: cmd', ['web|cmd']],
    ['a BOM in front of a comment', '\uFEFF# x\nweb: cmd', ['web|cmd']],
    ['comments', '# note: x\n#old: x\n  # indented: x\nweb: cmd', ['web|cmd']],
    ['blank lines', '\n  \n\t\nweb: cmd\n\n', ['web|cmd']],
    ['no newline at the end', 'a: x\nb: y', ['a|x', 'b|y']],
    ['# inside the command', 'web: cmd # web', ['web|cmd # web']],
    ['shell syntax', 'web: X=1 && echo $X | tr a b', ['web|X=1 && echo $X | tr a b']],
    ['colons in the command', 'web: a::b http://c:80/', ['web|a::b http://c:80/']],
    ['the order of the file', 'z: 1\na: 2\nm: 3', ['z|1', 'a|2', 'm|3']],
    ['names that objects have', '__proto__: a\nconstructor: b', ['__proto__|a', 'constructor|b']],
    ['names in two cases', 'web: a\nWeb: b', ['web|a', 'Web|b']],
  ])('may have %s', (_, text, entries) => {
    expect(entriesOf(text)).toEqual(entries);
    expect(findingsOf(text)).toEqual([]);
  });

  it('tells the line of each process', () => {
    expect(parseProcfile('# x\n\nweb: a\r\n\nworker: b', 'Procfile').entries.map((entry) => entry.line)).toEqual([3, 5]);
  });
});

describe('a line that is not "name: command" is a warning, and the others run', () => {
  it.each([
    ['web : cmd', 'got "web : cmd"; did you mean "web: cmd"?'],
    ['  web: cmd', 'got "  web: cmd"; did you mean "web: cmd"?'],
    ['\tweb: cmd', String.raw`got "\tweb: cmd"; did you mean "web: cmd"?`],
    ['\uFEFF\u00a0web: cmd', String.raw`got "\ufeff\u00a0web: cmd"; did you mean "web: cmd"?`],
    ['web.1: cmd', 'got "web.1: cmd"; did you mean "web-1: cmd"?'],
    ['wéb: cmd', 'got "wéb: cmd"; did you mean "web: cmd"?'],
    ['"web": cmd', 'got ""web": cmd"; did you mean "web: cmd"?'],
    ['- web: cmd', 'got "- web: cmd"; did you mean "web: cmd"?'],
    ['web：cmd', 'got "web：cmd"; did you mean "web: cmd"?'],
    ['日本: cmd', 'got "日本: cmd"'],
    ['this is garbage', 'got "this is garbage"'],
    ['two words: cmd', 'got "two words: cmd"'],
    ['PORT=5000', 'got "PORT=5000"'],
    [': cmd', 'got ": cmd"'],
    ['web:', 'got "web:", which has no command'],
    ['web:  \t', String.raw`got "web:  \t", which has no command`],
    ['  web :', 'got "  web :", which has no command'],
  ])('%j', (line, told) => {
    const text = `good: x\n${line}\nlast: y\n`;
    expect(entriesOf(text)).toEqual(['good|x', 'last|y']);
    expect(findingsOf(text)).toEqual([`warning Procfile:2: expected "name: command", ${told}`]);
  });

  it('tells that a command is one line where the line above ends with a backslash', () => {
    expect(findingsOf('web: cmd \\\n  --port 80')).toEqual([
      'warning Procfile:2: expected "name: command", got "  --port 80"; a command is one line, join it with the line above',
    ]);
  });
});

describe('a Procfile that can not be run', () => {
  it('has a name twice', () => {
    expect(findingsOf('web: a\n\nworker: b\nweb: c')).toEqual([
      'error Procfile:4: process "web" is defined twice, on lines 1 and 4; rename or remove one',
    ]);
  });

  it('has a command with NUL', () => {
    expect(findingsOf('web: a\nworker: b\0c')).toEqual([String.raw`error Procfile:2: expected a command without NUL, got "worker: b\u0000c"`]);
  });

  it.each(['', '\n', '# nothing: here\n', '\uFEFF'])('has no process: %j', (text) => {
    expect(findingsOf(text)).toEqual(['error Procfile: expected at least one process, like "web: command", found none']);
  });

  it('has nothing but lines that are left out', () => {
    expect(parseProcfile('web : cmd', 'Procfile').findings.map((finding) => finding.level)).toEqual(['warning', 'error']);
  });
});

it('every line is a process, a finding, a comment or blank', () => {
  const line = fc.string({ unit: fc.constantFrom(':', ' ', '#', 'w', 'e', '-', '.', '\t', '\r', '"', '\uFEFF', '\0', 'é') });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { entries, findings } = parseProcfile(lines.join('\n'), 'Procfile');
      const told = new Set([...entries, ...findings].map((one) => one.line));
      for (const [index, text] of lines.entries()) {
        expect(told.has(index + 1) || /^\s*(#|$)/.test(text), JSON.stringify(text)).toBe(true);
      }
      expect(entries.length > 0 || findings.some((finding) => finding.level === 'error')).toBe(true);
    }),
  );
});

it('a suggestion is a line that can be read', () => {
  const line = fc.string({ unit: fc.constantFrom(':', ' ', '#', 'w', 'e', '-', '.', '"', "'", 'é', '：'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(line, (text) => {
      for (const { message } of parseProcfile(text, 'Procfile').findings) {
        const suggestion = /did you mean "(.*)"\?$/.exec(message)?.[1];
        expect(suggestion === undefined || parseProcfile(suggestion, 'Procfile').entries.length === 1, message).toBe(true);
      }
    }),
  );
});
