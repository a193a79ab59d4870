// Builds dist/: the library (tsc), one bundled file per program (esbuild), oclif's manifest for each program, and manual pages made from these.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { loadLate } from './load-late.mjs';
import { writeManual } from './man.mjs';

const PROGRAMS = {
  gaffer: { entry: 'src/cli/gaffer/main.ts', kind: 'several' },
  gafferd: { entry: 'src/cli/gafferd/main.ts', kind: 'single' },
  gaffer_lookupd: { entry: 'src/cli/gaffer_lookupd/main.ts', kind: 'single' },
  'plugin-thread': { entry: 'src/plugin/worker/main.ts', kind: 'thread' },
  keeper: { entry: 'src/keeper/main.ts', kind: 'thread' },
  gafferctl: { entry: 'src/cli/gafferctl/main.ts', kind: 'several' },
};

/** What packages would load in cases that never come here: other compilers are given, nothing is injected, streams are there. A fifth of a bundle. */
const NEVER_LOADED = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'web-streams-polyfill/*'];

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

// built beside dist/ and put in its place at the end: programs can be started meanwhile
const fresh = `${root}/dist-${process.pid}`;
try {
  await buildIn(fresh);
  replace(`${root}/dist`, fresh);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

async function buildIn(folder) {
  const tsc = `${root}/node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: root, stdio: 'inherit' });
  for (const [name, { entry, kind }] of Object.entries(PROGRAMS)) {
    const file = `${folder}/programs/${name}.cjs`;
    await bundle(entry, file);
    if (kind !== 'thread') {
      await writeManifest(name, kind, file, folder);
    }
  }
  const withHelp = Object.keys(PROGRAMS).filter((name) => PROGRAMS[name].kind !== 'thread');
  await writeManual(withHelp, folder);
}

function replace(target, replacement) {
  const old = `${replacement}-old`;
  if (existsSync(target)) {
    renameSync(target, old);
  }
  renameSync(replacement, target);
  rmSync(old, { recursive: true, force: true });
}

async function bundle(entry, file) {
  const { outputFiles } = await build({
    entryPoints: [`${root}/${entry}`],
    outfile: file,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    legalComments: 'none',
    // less to read and to keep in memory; names stay, so that a stack trace can be read
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    plugins: [loadLate],
    // oclif looks for the first three in a project that is being developed; libsql finds its binary beside itself; sockjs would warn of its age
    external: ['typescript', 'ts-node', 'tsx', 'libsql', 'sockjs', ...NEVER_LOADED],
    define: { GAFFER_VERSION: JSON.stringify(version) },
  });
  const text = inAscii(outputFiles[0].text);
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `/*${id}*/\n${text}`);
}

/** With a single other character V8 keeps the whole text with two bytes for each. */
function inAscii(text) {
  return text.replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What oclif knows of the commands without loading them. */
async function writeManifest(name, kind, file, dist) {
  const { programConfig } = await import(`${dist}/cli/program-config.js`);
  const folder = `${dist}/programs/${name}`;
  mkdirSync(folder);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name, version }));
  const plugin = new Plugin({
    root: folder,
    pjson: programConfig(name, version, file, kind),
    isRoot: true,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  writeFileSync(`${folder}/oclif.manifest.json`, JSON.stringify(plugin.manifest));
}
