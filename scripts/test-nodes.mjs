// Runs the tests on other versions of Node, which come as the npm package `node`: `npm run test:nodes [-- 22 24]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26'];

for (const version of versions) {
  const folder = join(tmpdir(), `gaffer-node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`], { cwd: folder });
  const bin = join(folder, 'node_modules', 'node', 'bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  run('node', ['--version'], { env });
  run('node', ['node_modules/vitest/vitest.mjs', 'run'], { env });
}

function run(command, args, options) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed`);
    process.exit(status ?? 1);
  }
}
