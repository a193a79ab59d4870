// Writes the manual pages of the programs into dist/man/, out of what their help says. `npm run man` also lists them in package.json, by which npm installs them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (argv[1] === fileURLToPath(import.meta.url)) {
  listPages();
}

/** @param programs their names @param dist where it is built, with a manifest for each program */
export async function writeManual(programs, dist) {
  const { manualOf } = await import(`${dist}/cli/man/manual.js`);
  const { programHelp } = await import(`${dist}/cli/man/help.js`);
  const date = dateOfCommit();
  mkdirSync(`${dist}/man`);
  for (const name of programs) {
    const manifest = JSON.parse(readFileSync(`${dist}/programs/${name}/oclif.manifest.json`, 'utf8'));
    for (const { file, text } of manualOf(programHelp(name, manifest), date)) {
      writeFileSync(`${dist}/man/${file}`, text);
    }
  }
}

/** The day of the commit that is built; the same commit makes the same pages. Without git there is no date. */
function dateOfCommit() {
  try {
    return execFileSync('git', ['log', '-1', '--format=%cs'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function listPages() {
  const file = `${root}/package.json`;
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  settings.man = readdirSync(`${root}/dist/man`).map((page) => `dist/man/${page}`);
  writeFileSync(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}
