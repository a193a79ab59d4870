import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainLoad } from '../../../src/plugin/worker/explain-load.ts';

/** Writes files; what is said of a mistake with this message when the first of them is loaded. FOLDER stands for theirs. */
function explain(message: string, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const error = new SyntaxError(message);
  return explainLoad(error, pathToFileURL(join(folder, Object.keys(files)[0] ?? '')).href).replaceAll(folder, 'FOLDER');
}

const MODULE = "#!/usr/bin/env node\nimport a, {\n  b\n} from 'c';\nimport 'd';\nexport * from 'e';\nexport const f = await g;\nexport default {\n";

describe('why a module can’t be loaded', () => {
  it.each([
    ['in a module', "Unexpected token '='", { 'index.mjs': `${MODULE}  version: = 1,\n};\n` }, 'index.mjs:9'],
    ['at its end', "Unexpected token '}'", { 'index.js': 'export default {\n  a: 1,\n};\n}\n' }, 'index.js:4'],
    [
      'in a file beside it',
      'Invalid or unexpected token',
      { 'index.js': "import './lib/a.js'; export default {};", 'lib/a.js': 'let a;\nlet b = "\n' },
      'lib/a.js:2',
    ],
    ['the same in two files: the main one', "Unexpected token '='", { 'index.js': 'a = = b', 'a.js': 'a = = b' }, 'index.js:1'],
  ])('is told with file and line: a mistake %s', (_, message, files, place) => {
    expect(explain(message, files)).toBe(`SyntaxError: ${message} (FOLDER/${place})`);
  });

  it('is told without, where it is not found', () => {
    expect(explain("The requested module './a.js' does not provide an export named 'b'", { 'index.js': '' })).toBe(
      "SyntaxError: The requested module './a.js' does not provide an export named 'b'",
    );
    expect(explain('Unexpected token', { 'index.js': '', 'node_modules/a/index.js': 'a = = b' })).toBe('SyntaxError: Unexpected token');
    expect(explain("Unexpected token '='", { 'index.js': '', 'note.txt': 'a = = b' })).toBe("SyntaxError: Unexpected token '='");
  });

  it('is what was thrown, where that is something else', () => {
    expect(explainLoad({ a: 1 }, 'file:///nowhere.js')).toBe('{ a: 1 }');
    expect(
      explainLoad(
        Object.assign(new Error('no'), { stack: 'Error: no\n    at run (file:///plugin.js:1:2)\n    at node:internal/x:1:2' }),
        'file:///nowhere.js',
      ),
    ).toBe('Error: no\n    at run (file:///plugin.js:1:2)');
  });
});
