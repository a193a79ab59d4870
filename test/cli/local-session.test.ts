import { describe, expect } from 'vitest';
import type { Program } from '../support/program.ts';
import { test as projectTest, type TestProject } from '../support/project.ts';

/** A test in a folder where `gaffer start` is running. */
const test = projectTest.extend<{ session: Program }>({
  session: async ({ project }, use) => {
    project.write(
      'Procfile',
      'web: trap "exit 0" TERM; echo up; while read -r line; do echo "got $line"; done; while :; do sleep 0.05; done',
      'worker: exec sleep 1000',
    );
    project.write('gaffer.ini', '[process:web]', 'redirect_input = yes');
    const session = project.spawn(['start']);
    await session.stdout.until('up');
    await use(session);
  },
});

async function said(project: TestProject, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('the session of this folder', () => {
  test('is what commands talk to, without being told', async ({ project, session }) => {
    expect(await said(project, ['apps'])).toBe('app\n');
    expect(await said(project, ['scale', 'worker=2'])).toBe('Scaling worker processes... done, now running 2\n');
    expect(await said(project, ['scale'])).toBe('web=1 worker=2\n');
    expect(await said(project, ['ps'])).toMatch(/=== worker: `exec sleep 1000`\n.*\n\nworker\.1: up for .*\nworker\.2: up for /);
    expect(await said(project, ['send', 'web', 'hello'])).toBe('');
    await session.stdout.until('got hello');
    expect(await said(project, ['logs', 'web', '-n', '1'])).toMatch(/^\d\d:\d\d:\d\d web \| got hello\n$/);
    expect(await said(project, ['stop', 'worker.2'])).toBe("'worker.2' stopped\n");
    expect(await said(project, ['restart', 'web'])).toBe("job 'web' restarted\n");
    expect(await said(project, ['kill', 'worker.1', 'TERM'])).toBe("'TERM' sent to 'worker.1'\n");
    expect(await said(project, ['restart'])).toBe("==> app 'app' restarted\n");
  });

  test('is there for commands of its folder only', async ({ project, session: _ }) => {
    project.write('sub/file');
    const { code, stderr } = await project.run(['ps', '-g', 'http://127.0.0.1:1']);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('http://127.0.0.1:1') as string });
    expect(await said(project, ['ps', '-d', project.root])).toContain('=== web:');
  });

  test('is ended by gaffer stop', async ({ project, session }) => {
    expect(await said(project, ['stop'])).toBe(`==> 'app' stopped (the gaffer start of this folder, pid ${session.pid})\n`);
    expect((await session.result()).code).toBe(143);
  });

  test('is said to be stopping on a terminal', async ({ project, session }) => {
    const terminal = project.terminal(['stop'], { env: { TERM: 'xterm' } });
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text).toContain(`==> 'app' stopped (the gaffer start of this folder, pid ${session.pid})\n`);
    expect((await session.result()).code).toBe(143);
  });

  test('waits while its jobs are stopped', async ({ project, session }) => {
    expect(await said(project, ['stop', 'web', 'worker'])).toBe("'web' stopped\n'worker' stopped\n");
    expect(await said(project, ['ps'])).toContain('(stopped)');
    expect(await said(project, ['ps:start', 'web'])).toBe("'web' started\n");
    await session.stdout.until('| up', 2);
  });

  test('ends with its last job unloaded', async ({ project, session }) => {
    expect(await said(project, ['unload', '--no-input'])).toBe("==> app 'app' unloaded\n");
    expect((await session.result()).code).toBe(0);
  });

  test('whoever follows its log is told that it is gone', async ({ project, session }) => {
    const logs = project.spawn(['logs', '-f']);
    await logs.stdout.until('up');
    await session.end('SIGTERM');
    expect(await logs.result()).toMatchObject({
      code: 1,
      stderr: 'gaffer: the gaffer start of this folder has gone away: there is nothing more to follow\n',
    });
  });

  test.for([
    [['events', '-n', '1'], 'there is nothing more to follow'],
    [['ps', '--watch'], 'there is nothing more to see'],
    [['attach', 'worker', '--no-reconnect'], undefined],
  ] as const)('%j does not wait for one that has ended', async ([args, message], { project, session }) => {
    const gaffer = project.spawn(args);
    await (message === undefined ? gaffer.stderr : gaffer.stdout).until(/./);
    await session.end('SIGTERM');
    const { code, stderr } = await gaffer.result();
    expect(stderr).not.toContain('waiting');
    if (message === undefined) {
      expect(code).toBe(143);
    } else {
      expect({ code, stderr }).toEqual({ code: 1, stderr: `gaffer: the gaffer start of this folder has gone away: ${message}\n` });
    }
  });

  test('whoever is attached to one of its processes gets the exit code of that', async ({ project, session }) => {
    const gaffer = project.spawn(['attach', 'web'], { input: 'hello\n' });
    await gaffer.stdout.until('got hello');
    await session.end('SIGTERM');
    expect(await gaffer.result()).toMatchObject({ code: 0, stdout: expect.stringContaining('up\ngot hello\n') as string });
  });

  test('can be asked as soon as it is there', async ({ project, session }) => {
    await session.end('SIGTERM');
    const again = project.spawn(['start']);
    await again.stdout.until('spawn');
    expect(await said(project, ['scale'])).toBe('web=1 worker=1\n');
    await again.end('SIGTERM');
  });
});

projectTest('an application whose folder has another name is told about', async ({ project }) => {
  project.write('My Shop/Procfile', 'web: sleep 1');
  const { code, stderr } = await project.run(['ps', '-d', 'My Shop', '-g', 'http://127.0.0.1:1']);
  expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
    code: 1,
    stderr: 'gaffer: the application of the folder "My Shop" is called "my-shop"; --app gives it another name',
  });
});
