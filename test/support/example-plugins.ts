import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Copies plugins of the examples into a folder of plugins. */
export function installExamples(folder: string, ...names: readonly string[]): void {
  for (const name of names) {
    cpSync(join(ROOT, 'examples/plugins', name), join(folder, name), { recursive: true });
  }
}

/** Builds the template as its README says, with this project in the place of the package. @throws what the compiler says */
export function buildTemplate(folder: string): void {
  installExamples(folder, 'template');
  const modules = join(folder, 'template/node_modules');
  mkdirSync(modules);
  symlinkSync(ROOT, join(modules, 'gaffer'));
  symlinkSync(join(ROOT, 'node_modules/@types'), join(modules, '@types'));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: join(folder, 'template'), encoding: 'utf8' });
}
