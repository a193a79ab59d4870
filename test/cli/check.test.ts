import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { gafferIn } from '../support/gaffer.ts';
import { test } from '../support/project.ts';

/** Listens on a port that has no neighbours. */
async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const [server, port] = [createServer(), await freePort()];
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return { server, port };
}

describe('gaffer check', () => {
  test('finds nothing to say about good files', async ({ project }) => {
    project.write('Procfile', '# all of it', 'web: sleep 1', 'worker: X=1 sh -c "echo hi" | cat', 'here: ./here.sh --fast');
    project.write('.env', 'A=1');
    project.write('gaffer.ini', '[process:web]', 'numprocesses = 2');
    project.write('here.sh', '#!/bin/sh');
    chmodSync(join(project.root, 'here.sh'), 0o755);
    expect(await gafferIn(project, ['check'])).toMatchObject({ code: 0, stdout: 'valid Procfile: web, worker, here\n', stderr: '' });
    expect(await gafferIn(project, ['check', '--json'])).toMatchObject({
      code: 0,
      stdout: '{"ok":true,"processes":["web","worker","here"],"findings":[]}\n',
      stderr: '',
    });
  });

  test('lists every finding of every file, with its line', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1', 'this is garbage', 'worker:', 'web: sleep 2', 'clock: ./tick.sh', 'queue: A=1 not-there --x | cat');
    project.write('.env', 'A=1', 'what is this', 'B="open');
    project.write('gaffer.ini', '[process:wbe]', '[process:web]', 'numproceses = 2', 'stop_signal = NO');
    const { code, stdout, stderr } = await gafferIn(project, ['check']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'Procfile:2: expected "name: command", got "this is garbage"',
      'Procfile:3: expected "name: command", got "worker:", which has no command',
      'Procfile:4: process "web" is defined twice, on lines 1 and 4; rename or remove one',
      expect.stringMatching(/^\.env:2: expected "NAME=value"/),
      expect.stringMatching(/^\.env:3: B: expected the value to end with the quote/),
      'note: .env:3: B: honcho fails on this line',
      'gaffer.ini:1: expected a process of the Procfile (web, clock, queue), got "wbe"; did you mean "web"?',
      'gaffer.ini:3: [process:web] numproceses: no such job setting; did you mean "numprocesses"?',
      'gaffer.ini:4: [process:web] stop_signal: expected a signal, like "INT", got "NO"',
      'Procfile:5: clock: no program that can be executed at ./tick.sh',
      'Procfile:6: queue: command not found in PATH: not-there',
      '10 findings to mend',
      '',
    ]);
  });

  test('prints one object with --json', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1', 'garbage');
    project.write('.env', 'B=x # y');
    const { code, stdout, stderr } = await gafferIn(project, ['check', '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      processes: ['web'],
      findings: [
        { file: 'Procfile', line: 2, level: 'warning', message: 'expected "name: command", got "garbage"' },
        { file: '.env', line: 1, level: 'note', message: expect.stringMatching(/^B: foreman takes the "#"/) as string },
      ],
    });
  });

  test('ends with 0 when there are only notes', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1');
    project.write('.env', 'B=x # y');
    const { code, stdout } = await gafferIn(project, ['check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note: \.env:1: B: foreman .*\nvalid Procfile: web\n$/);
  });

  test('finds that an empty Procfile has no process', async ({ project }) => {
    project.write('Procfile', '# nothing');
    expect(await gafferIn(project, ['check'])).toMatchObject({
      code: 1,
      stdout: 'Procfile: expected at least one process, like "web: command", found none\n1 finding to mend\n',
    });
  });

  test('finds that a process is to run where no folder is', async ({ project }) => {
    project.write('Procfile', 'web: ./here.sh', 'worker: sleep 1');
    project.write('gaffer.ini', '[process:web]', 'cwd = nowhere');
    expect(await gafferIn(project, ['check'])).toMatchObject({
      code: 1,
      stdout: `Procfile:1: web: cannot run in ${project.root}/nowhere: no such folder\n1 finding to mend\n`,
    });
  });

  test('finds ports that are taken', async ({ project }) => {
    const { server, port } = await listen();
    project.write('Procfile', 'web: sleep 1', 'worker: sleep 1');
    try {
      expect(await gafferIn(project, ['check', '-p', String(port)])).toMatchObject({
        code: 1,
        stdout: `Procfile:1: web.1: port ${port} is taken: another program listens on it\n1 finding to mend\n`,
      });
      expect((await gafferIn(project, ['check', '-p', String(port - 1), '-c', 'web=2'])).stdout).toContain(`web.2: port ${port} is taken`);
      expect((await gafferIn(project, ['check', '-p', String(port - 100)])).stdout).toContain(`Procfile:2: worker.1: port ${port} is taken`);
      expect((await gafferIn(project, ['check', '-p', String(port), '--no-port'])).code).toBe(2);
      expect(await gafferIn(project, ['check', '--no-port'], { env: { PORT: String(port) } })).toMatchObject({ code: 0 });
    } finally {
      server.close();
    }
  });

  test('looks for programs along the PATH that the process will have', async ({ project }) => {
    project.write('Procfile', 'web: my-tool');
    project.write('tools/my-tool', '#!/bin/sh');
    chmodSync(join(project.root, 'tools/my-tool'), 0o755);
    expect((await gafferIn(project, ['check'])).stdout).toBe('Procfile:1: web: command not found in PATH: my-tool\n1 finding to mend\n');
    project.write('.env', `PATH=${project.root}/tools`);
    expect(await gafferIn(project, ['check'])).toMatchObject({ code: 0, stdout: 'valid Procfile: web\n' });
  });

  test('ticks off what it looks at on a terminal', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1', 'garbage');
    project.write('gaffer.ini');
    const gaffer = project.terminal(['check'], { columns: 200 });
    expect(await gaffer.exit).toEqual({ code: 1, signal: null });
    const shown = gaffer.text.replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, '');
    for (const title of ['Procfile', 'gaffer.ini', 'programs', 'ports']) {
      expect(shown).toContain(title);
    }
    expect(shown).toMatch(/Procfile:2: expected "name: command", got "garbage"\n1 finding to mend\n$/m);
  });

  test('leaves nothing but text on a terminal without colours', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1');
    const gaffer = project.terminal(['check'], { env: { NO_COLOR: '1' } });
    expect(await gaffer.exit).toEqual({ code: 0, signal: null });
    expect(gaffer.text).not.toMatch(/\x1b\[[\d;]*m/);
    expect(gaffer.text).toMatch(/valid Procfile: web\n(?:\x1b\[\?25h)?$/);
  });

  test('prints plain lines on a terminal that can do nothing else', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1');
    const gaffer = project.terminal(['check'], { env: { TERM: 'dumb' } });
    await gaffer.exit;
    expect(gaffer.text).toBe('valid Procfile: web\n');
  });

  test('prints nothing but the object on a terminal with --json', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1');
    const gaffer = project.terminal(['check', '--json']);
    await gaffer.exit;
    expect(gaffer.text).toBe('{"ok":true,"processes":["web"],"findings":[]}\n');
  });
});
