import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { type TestProject, test } from '../support/project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of what is published, without compiled code. */
function install(project: TestProject): string {
  const folder = `${project.root}/installed`;
  mkdirSync(folder);
  cpSync(`${ROOT}/package.json`, `${folder}/package.json`);
  cpSync(`${ROOT}/bin`, `${folder}/bin`, { recursive: true });
  cpSync(`${ROOT}/dist/programs`, `${folder}/dist/programs`, { recursive: true, filter: (path) => !path.includes('.code') });
  project.write('Procfile', 'web: true');
  return folder;
}

function check(project: TestProject, folder: string, env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(process.execPath, [`${folder}/bin/gaffer.js`, 'check', '--no-port'], {
    cwd: project.root,
    env: project.env(env),
    encoding: 'utf8',
  });
}

function compiledCode(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.code'));
}

describe('a program of the package', () => {
  test('keeps its compiled code beside it and runs from it', ({ project }) => {
    const folder = install(project);
    expect(check(project, folder)).toBe('valid Procfile: web\n');
    const code = compiledCode(folder);
    expect(code).toHaveLength(1);
    expect(check(project, folder)).toBe('valid Procfile: web\n');
    expect(compiledCode(folder)).toEqual(code);
  });

  test.for(['gaffer', 'gafferctl', 'gafferd', 'gaffer_lookupd'])('keeps code that it takes: %s does not write it anew', (program, { project }) => {
    const folder = install(project);
    const start = (): string[] => {
      execFileSync(process.execPath, [`${folder}/bin/${program}.js`, '--help'], { cwd: project.root, env: project.env() });
      return compiledCode(folder).map((file) => `${file} ${statSync(`${folder}/${file}`).ino}`);
    };
    const first = start();
    expect(first).toHaveLength(1);
    expect(start()).toEqual(first);
  });

  test('runs from source when the compiled code is damaged, and mends it', ({ project }) => {
    const folder = install(project);
    check(project, folder);
    const [code = ''] = compiledCode(folder);
    truncateSync(`${folder}/${code}`, 1000);
    expect(check(project, folder)).toBe('valid Procfile: web\n');
    writeFileSync(`${folder}/${code}`, 'this is not code');
    expect(check(project, folder)).toBe('valid Procfile: web\n');
  });

  test.for([
    ['gaffer', /^gaffer version \d+\.\d+\.\d+\n$/],
    ['gafferd', /^\d+\.\d+\.\d+\n$/],
    ['gafferctl', /^gaffer \(version \d+\.\d+\.\d+\)\n/],
    ['gaffer_lookupd', /^\d+\.\d+\.\d+\n$/],
  ] as const)('tells its version without loading anything: %s', ([program, version], { project }) => {
    const folder = install(project);
    rmSync(`${folder}/dist`, { recursive: true });
    expect(execFileSync(process.execPath, [`${folder}/bin/${program}.js`, '--version'], { encoding: 'utf8' })).toMatch(version);
  });
});
