import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';

const JOB = '{"name": "dummy", "cmd": "sleep 1000"}';

describe('gaffer load of a Procfile', () => {
  test('makes a job of every process', async ({ rig }) => {
    rig.project.write('Procfile', 'web: exec sleep 1000', 'worker: sleep 1000');
    rig.project.write('.env', 'A=file', 'GAFFER_REDIRECT_INPUT=worker');
    rig.project.write('gaffer.ini', '[process:worker]', 'numprocesses = 2', 'priority = 1');
    const { code, stdout, stderr } = await rig.run(['load']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `==> 'shop' has been loaded in ${rig.endpoint}\n`, stderr: '' });
    const web = await rig.api.supervisor.jobInfo({ session: 'shop', job: 'web' });
    expect(web).toMatchObject({
      running: 1,
      state: 'started',
      config: { redirect_output: ['out', 'err'], cwd: rig.project.root, port: 5000, os_env: true },
    });
    expect(web.config.env).toMatchObject({ A: 'file' });
    expect((await rig.api.supervisor.jobInfo({ session: 'shop', job: 'worker' })).config).toMatchObject({ numprocesses: 2, redirect_input: true });
    expect((await rig.api.supervisor.jobs('shop')).map(({ job }) => job)).toEqual(['worker', 'web']);
  });

  test.for([
    [['load', '-c', 'web=3', '--nostart'], 'shop', [3, 'stopped']],
    [['load', '-c', 'web=3'], 'shop', [3, 'started']],
    [['load', 'other'], 'other', [1, 'started']],
    [['load', '.'], 'app', [1, 'started']],
    [['--app', 'mine', 'load'], 'mine', [1, 'started']],
  ] as const)('%j', async ([args, session, job], { rig }) => {
    rig.project.write('Procfile', 'web: exec sleep 1000');
    const { code, stdout } = await rig.run(args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `==> '${session}' has been loaded in ${rig.endpoint}\n` });
    const [max, state] = await rig.job('web', session);
    expect([args.includes('--nostart' as never) ? 3 : max, state]).toEqual(job);
  });

  test('leaves what is loaded as it is, says so and ends with 1', async ({ rig }) => {
    await rig.load('web');
    rig.project.write('Procfile', 'web: exec sleep 1', 'worker: exec sleep 1000');
    expect(await rig.run(['load'])).toMatchObject({
      code: 1,
      stdout: `==> 'shop' has been loaded in ${rig.endpoint}\n`,
      stderr: "gaffer: 'web' already loaded; unload it first to change it\n",
    });
    expect(await rig.run(['load'])).toMatchObject({ code: 1, stdout: '' });
  });

  test('the shell wins over the .env if it is told to', async ({ rig }) => {
    rig.project.write('Procfile', 'web: exec sleep 1000');
    rig.project.write('.env', 'A=file', 'B=file');
    await rig.run(['load', '--env-precedence', 'shell'], { env: { A: 'shell' } });
    expect((await rig.api.supervisor.jobInfo({ session: 'shop', job: 'web' })).config.env).toMatchObject({ A: 'shell', B: 'file' });
  });

  test.for([
    [['load'], 1, 'procfile or job file is missing'],
    [['load', 'missing.json'], 1, "'missing.json' not found"],
    [['load', 'missing'], 1, "'missing' not found"],
    [['load', '-f', 'Procfile.dev'], 1, "procfile 'Procfile.dev' not found"],
  ] as const)('%j without a Procfile says what is missing', async ([args, code, message], { rig }) => {
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});

describe('gaffer load of a file', () => {
  test('loads one job, or several', async ({ rig }) => {
    rig.project.write('one.json', JOB);
    expect(await rig.run(['load', 'one.json'])).toMatchObject({
      code: 0,
      stdout: `'shop.dummy' has been loaded in ${rig.endpoint}\n'one.json' has been loaded\n`,
      stderr: '',
    });
    rig.project.write('two.json', '{"jobs": [{"name": "api.web", "cmd": "sleep 1000"}, {"name": "api.worker", "cmd": "sleep 1000"}]}');
    const { stdout } = await rig.run(['load', 'two.json', '-c', 'web=2'], { env: { GAFFER_APP: undefined } });
    expect(stdout).toBe(
      `'api.web' has been loaded in ${rig.endpoint}\n'api.worker' has been loaded in ${rig.endpoint}\n'two.json' has been loaded\n`,
    );
    expect(await rig.job('web', 'api')).toEqual([2, 'started']);
  });

  test('reads stdin', async ({ rig }) => {
    const env = { GAFFER_APP: undefined };
    expect(await rig.run(['load', '-'], { input: JOB, env })).toMatchObject({
      code: 0,
      stdout: `'default.dummy' has been loaded in ${rig.endpoint}\n'-' has been loaded\n`,
    });
  });

  test('loads what gaffer export writes', async ({ rig }) => {
    rig.project.write('Procfile', 'web: exec sleep 1000', 'worker: sleep 1000');
    await rig.run(['export', '--format', 'json', '--out', 'jobs.json']);
    expect((await rig.run(['load', 'jobs.json'])).code).toBe(0);
    expect((await rig.api.supervisor.jobs('shop')).map(({ job }) => job)).toEqual(['web', 'worker']);
  });

  test('loads nothing of a file with an error', async ({ rig }) => {
    rig.project.write('jobs.json', '{"jobs": [{"name": "web", "cmd": "sleep 1000"}, {"name": "worker", "cmd": "sleep", "numprocesses": "two"}]}');
    expect(await rig.run(['load', 'jobs.json'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'gaffer: jobs.json: job "worker": numprocesses: expected a whole number from 0, got "two"\n',
    });
    expect(await rig.api.supervisor.sessions()).toEqual([]);
  });
});
