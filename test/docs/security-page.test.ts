import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(`${ROOT}/docs/security.md`, 'utf8');

/** A test that the page names. */
interface Proof {
  readonly file: string;
  readonly title: string;
}

const PROOFS: readonly Proof[] = [...PAGE.matchAll(/`(test\/[\w./-]+)` "([^"]+)"/g)].map(([, file = '', title = '']) => ({ file, title }));

/** The rows of all tables of claims, without their heads. */
const CLAIMS = [...PAGE.matchAll(/^\| claim \| proved by \|\n\|[-|]+\|\n((?:\|.*\n)+)/gm)].flatMap(([, rows = '']) => rows.trimEnd().split('\n'));

describe('the page about security', () => {
  it('has a test for each of its claims', () => {
    expect(CLAIMS.length).toBeGreaterThan(40);
    expect(CLAIMS.filter((row) => !/^\| .+ \| `test\/[\w./-]+` "[^"]+"(; `test\/[\w./-]+` "[^"]+")* \|$/.test(row))).toEqual([]);
    expect(PROOFS.length).toBeGreaterThanOrEqual(CLAIMS.length);
  });

  it.each(PROOFS)('names a test that is there and runs: $file "$title"', ({ file, title }) => {
    const source = existsSync(`${ROOT}/${file}`) ? readFileSync(`${ROOT}/${file}`, 'utf8') : '';
    const calls = ["'", '"', '`'].flatMap((quote) => {
      const at = source.indexOf(`${quote}${title}${quote},`);
      return at === -1 ? [] : [source.slice(0, at).trimEnd()];
    });
    expect(calls.length, `${file} has no test of that title`).toBeGreaterThan(0);
    expect(calls.every((before) => before.endsWith('('))).toBe(true);
    expect(source).not.toMatch(/\b(?:it|test|describe)\.(?:skip|todo|fails|only)\(/);
  });

  it('links to what there is', () => {
    const links = [...PAGE.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const headings = [...PAGE.matchAll(/^## (.*)$/gm)].map(
      ([, text = '']) =>
        `#${text
          .toLowerCase()
          .replaceAll(/[^a-z -]/g, '')
          .replaceAll(' ', '-')}`,
    );
    expect(links.filter((link) => (link.startsWith('#') ? !headings.includes(link) : !existsSync(`${ROOT}/docs/${link}`)))).toEqual([]);
  });

  it('shows what gaffer doctor knows of', () => {
    const help = execFileSync(process.execPath, [`${ROOT}/bin/gaffer.js`, 'doctor', '--help'], { encoding: 'utf8' });
    expect(help).toMatch(/Ends with 0 when nothing has to\s+be changed, with 1 when something has to, with 2/);
    const source = readFileSync(`${ROOT}/src/doctor/diagnosis.ts`, 'utf8');
    const [, areas = ''] = /export type Area = (.*);/.exec(source) ?? [];
    const [, table = ''] = /^\| area \| what it looks at \|\n\|[-|]+\|\n((?:\|.*\n)+)/m.exec(PAGE) ?? [];
    expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, area]) => `'${area ?? ''}'`).join(' | ')).toBe(areas);
  });
});
