// Builds dist/: the library (tsc), one bundled file per program (esbuild), and oclif's manifest for each program.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';

const PROGRAMS = { gaffer: 'src/cli/gaffer/main.ts' };

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

rmSync(`${root}/dist`, { recursive: true, force: true });
execFileSync(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });

for (const [name, entry] of Object.entries(PROGRAMS)) {
  const file = `${root}/dist/programs/${name}.cjs`;
  await bundle(entry, file);
  await writeManifest(name, file);
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
    // oclif looks for these in a project that is being developed; the bundle has no use for them
    external: ['typescript', 'ts-node', 'tsx'],
    define: { GAFFER_VERSION: JSON.stringify(version) },
  });
  const { text } = outputFiles[0];
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  mkdirSync(`${root}/dist/programs`, { recursive: true });
  writeFileSync(file, `/*${id}*/\n${text}`);
}

/** What oclif knows of the commands without loading them. */
async function writeManifest(name, file) {
  const { programConfig } = await import(`${root}/dist/cli/program-config.js`);
  const folder = `${root}/dist/programs/${name}`;
  mkdirSync(folder);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name, version }));
  const plugin = new Plugin({
    root: folder,
    pjson: programConfig(name, version, file),
    isRoot: true,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  writeFileSync(`${folder}/oclif.manifest.json`, JSON.stringify(plugin.manifest));
}
