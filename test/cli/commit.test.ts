import { describe, expect } from 'vitest';
import { test } from '../support/commands.ts';

const PRINT = { cmd: 'echo "$A $B $C"; exec sleep 1000', env: { A: 'job', B: 'job', C: 'job' }, start: false };

describe('a commit', () => {
  test.for([[['commit', 'once']], [['run', '--on-node', 'once']], [['commit', 'shop.once']]] as const)(
    'gaffer %j starts one process',
    async ([args], { rig }) => {
      await rig.load('once', PRINT);
      rig.project.write('.env', 'B=file', 'C=file');
      expect(await rig.run([...args, '-p', 'C=typed'])).toMatchObject({ code: 0, stdout: "'shop.once': new process 1 launched\n", stderr: '' });
      await rig.written('once', 'job file typed');
      expect(await rig.api.supervisor.processInfo(1)).toMatchObject({ commited: true, slot: 0 });
      expect(JSON.parse((await rig.run(['commit', 'once', '--json'])).stdout)).toEqual({ name: 'shop.once', pid: 2 });
    },
  );

  test('gaffer run with an endpoint is one', async ({ rig }) => {
    await rig.load('once', PRINT);
    const env = { GAFFER_ENDPOINT: undefined };
    expect((await rig.run(['run', '-g', rig.endpoint, 'once'], { env })).stdout).toBe("'shop.once': new process 1 launched\n");
    expect((await rig.run(['-g', rig.endpoint, 'run', 'once', '--graceful-timeout', '1.5'], { env })).stdout).toBe(
      "'shop.once': new process 2 launched\n",
    );
  });

  test('gaffer run without one stays here, whatever the environment names', async ({ rig }) => {
    expect(await rig.spawn(['run', 'echo', 'here']).result()).toMatchObject({ code: 0, stdout: 'here\n' });
  });

  test('the .env of this folder is not for the jobs of others', async ({ rig }) => {
    await rig.load('once', { ...PRINT, session: 'other' });
    rig.project.write('.env', 'B=file');
    await rig.run(['commit', 'other.once']);
    await rig.written('once', 'job job job', 'other');
  });

  test.for([
    [['commit', 'onec'], 1, '\'shop.onec\' not found; did you mean "once"?'],
    [['commit', 'once', '-p', 'A'], 2, '--param: expected NAME=VALUE, got "A"'],
    [['commit', 'once', '--graceful-timeout', 'soon'], 2, 'invalid graceful timeout value: expected seconds from 0 to 86400, got "soon"'],
    [['commit', 'once', '-e', 'missing.env'], 2, "env file 'missing.env' not found"],
    [['commit'], 2, 'expected the job, as JOB or APP.JOB, got nothing (gaffer commit --help tells more)'],
  ] as const)('%j ends with %i', async ([args, code, message], { rig }) => {
    await rig.load('once', PRINT);
    expect(await rig.run(args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});
