import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { parseIni } from '../../src/ini/document.ts';
import { readJobSections } from '../../src/ini/job-section.ts';
import { parseJobConfig } from '../../src/job/config.ts';
import { gafferIn } from '../support/gaffer.ts';
import { test } from '../support/project.ts';

const procfile = ['web: node server.js --load=100% "two words"', 'worker: sleep 1 | cat'] as const;

const ini = `[process:app:web]
cmd = node
args = server.js --load=100%% 'two words'
priority = 0
numprocesses = 1

[process:app:worker]
cmd = sleep 1 | cat
priority = 1
numprocesses = 1
shell = true
`;

describe('gaffer export', () => {
  test('writes an ini section for each job', async ({ project }) => {
    project.write('Procfile', ...procfile);
    expect(await gafferIn(project, ['export'])).toMatchObject({ code: 0, stdout: ini, stderr: '' });
    expect(await gafferIn(project, ['export', '--format', 'ini'])).toMatchObject({ code: 0, stdout: ini });
  });

  test('writes one job, with its place in the order', async ({ project }) => {
    project.write('Procfile', ...procfile);
    expect((await gafferIn(project, ['export', 'worker'])).stdout).toBe(ini.slice(ini.indexOf('[process:app:worker]')));
  });

  test('writes JSON: all jobs, or the one that is named', async ({ project }) => {
    project.write('Procfile', ...procfile);
    const web = { name: 'web', cmd: 'node', args: ['server.js', '--load=100%', 'two words'], env: {}, numprocesses: 1 };
    const worker = { name: 'worker', cmd: 'sleep 1 | cat', args: [], env: {}, numprocesses: 1, shell: true };
    expect((await gafferIn(project, ['export', '--format', 'json'])).stdout).toBe(`${JSON.stringify({ jobs: [web, worker] }, undefined, 1)}\n`);
    expect((await gafferIn(project, ['export', 'web', '--format', 'json'])).stdout).toBe(`${JSON.stringify(web, undefined, 1)}\n`);
  });

  test('writes into a file', async ({ project }) => {
    project.write('Procfile', ...procfile);
    expect(await gafferIn(project, ['export', '--out', 'app.ini'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(project.root, 'app.ini'), 'utf8')).toBe(ini);
    const { code, stdout, stderr } = await gafferIn(project, ['export', '--out', 'no/app.ini']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^gaffer: cannot write no\/app\.ini: ENOENT.*\n$/);
  });

  test('takes the numbers, the name of the application, and what gaffer.ini says', async ({ project }) => {
    project.write('Procfile', ...procfile);
    project.write('gaffer.ini', '[process:web]', 'stop_signal = INT', 'env:GREETING = 100%% yours');
    const { stdout } = await gafferIn(project, ['export', 'web', '-c', 'web=3', '--app', 'shop']);
    expect(stdout).toBe(`[process:shop:web]
cmd = node
args = server.js --load=100%% 'two words'
priority = 0
numprocesses = 3
stop_signal = INT
env:GREETING = 100%% yours
`);
  });

  test('leaves the values of the .env file out, but for a full export', async ({ project }) => {
    project.write('Procfile', ...procfile);
    project.write('.env', 'SECRET=hush');
    expect((await gafferIn(project, ['export'])).stdout).toBe(ini);
    const { stdout } = await gafferIn(project, ['export', 'web', '--full', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ env: { SECRET: 'hush' }, cwd: project.root, port: 5000, os_env: true });
  });

  test('what is exported loads again as it was', async ({ project }) => {
    project.write('Procfile', ...procfile, "odd: printf '%s\\n' a\\ b '$HOME' \"it's\" 50%");
    project.write('gaffer.ini', '[process:worker]', 'flapping = 3, 2, 5, 1', 'redirect_output = out, err', 'env:A = x y');
    const { stdout: text } = await gafferIn(project, ['export', '--full']);
    const { stdout: json } = await gafferIn(project, ['export', '--full', '--format', 'json']);
    const document = parseIni(text, 'app.ini');
    const { jobs, findings } = readJobSections(document, 'app.ini', { mode: 'jobs' });
    expect([...document.findings, ...findings]).toEqual([]);
    const fromJson = (JSON.parse(json) as { jobs: unknown[] }).jobs.map(parseJobConfig);
    const fromIni = jobs.map(({ name, settings: { priority: _, ...settings } }) => ({ args: [], env: {}, ...settings, name }));
    expect(fromIni).toEqual(fromJson);
    expect(jobs.map(({ session }) => session)).toEqual(['app', 'app', 'app']);
  });

  test('refuses a Procfile with errors', async ({ project }) => {
    project.write('Procfile', 'web: a', 'web: b');
    expect(await gafferIn(project, ['export'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: Procfile:2: process "web" is defined twice, on lines 1 and 2; rename or remove one\n',
    });
  });
});
