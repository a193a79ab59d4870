import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { textOfError } from '../error-text.ts';

/** As many files are searched for a mistake. */
const MOST = 200;

/** Why a module can't be loaded. Of a mistake in its text V8 does not say where it is when it is imported: that is looked for. */
export function explainLoad(error: unknown, module: string): string {
  if (!(error instanceof SyntaxError)) {
    return textOfError(error);
  }
  const entry = fileURLToPath(module);
  const [told = ''] = (error.stack ?? '').split('\n');
  const place = PLACE.test(told) ? told : [entry, ...filesBeside(entry)].map((file) => placeOfMistake(file, error.message)).find(isThere);
  return `SyntaxError: ${error.message}${place === undefined ? '' : ` (${place})`}`;
}

/** `/file:3`, as V8 says it first where it does. */
const PLACE = /^\/.*:\d+$/;

/** Where a file has that mistake: `file:line`. It is read as a script, so what only modules have is taken out before. */
function placeOfMistake(file: string, message: string): string | undefined {
  const text = withoutModuleWords(readFileSync(file, 'utf8'));
  // a module may wait where a script may not
  for (const script of [text, `async()=>{${text}\n}`]) {
    try {
      new Script(script, { filename: file });
    } catch (error) {
      const [place = ''] = error instanceof SyntaxError && error.message === message ? (error.stack ?? '').split('\n') : [];
      if (place.startsWith(`${file}:`)) {
        return place;
      }
    }
  }
  return undefined;
}

function isThere(place: string | undefined): place is string {
  return place !== undefined;
}

/** Every line stays where it is. */
function withoutModuleWords(text: string): string {
  const blank = (found: string): string => found.replaceAll(/[^\n]/g, ' ');
  return text
    .replace(/^#!.*/, blank)
    .replaceAll(/^import\s+(?:[^;'"()]*?\sfrom\s+)?(['"])[^'"\n]*\1[^\n;]*;?/gm, blank)
    .replaceAll(/^export\s+(?:\*|\{)[^;\n]*;?/gm, blank)
    .replaceAll(/^export\s+default\b/gm, (found) => found.replace(/\S+(\s+)\S+/, '0,    $1      '))
    .replaceAll(/^export\b/gm, blank);
}

function filesBeside(entry: string): readonly string[] {
  const folder = dirname(entry);
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => /\.[cm]?js$/.test(name) && !name.includes('node_modules'))
      .slice(0, MOST)
      .map((name) => join(folder, name))
      .filter((file) => file !== entry);
  } catch {
    return [];
  }
}
