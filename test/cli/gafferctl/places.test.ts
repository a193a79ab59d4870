import { describe, expect } from 'vitest';
import { TestAuthority } from '../../support/certificates.ts';
import { nobody, talkingServer } from '../../support/fake-server.ts';
import { GAFFERCTL } from '../../support/gafferctl.ts';
import { test as lockedTest } from '../../support/locked-node.ts';
import { test as machineTest, type TestMachine } from '../../support/machine.ts';
import { Program, type ProgramResult } from '../../support/program.ts';
import { test } from '../../support/project.ts';

describe('gafferctl at a node', () => {
  test('tells its version, also where nobody answers', async ({ project }) => {
    const { code, stdout } = await project.run(['--version'], { program: GAFFERCTL });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^gaffer \(version \d+\.\d+\.\d+\)\nAvailable under the MIT License\.\n$/) as string,
    });
  });

  test('does not look for the gaffer start of the folder, and says what to do where nobody answers', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1000');
    const session = project.spawn(['start']);
    await session.stdout.until('spawn process');
    const url = await nobody();
    for (const args of [
      ['ping', '--connect', url],
      ['ping', '--endpoint', url],
      ['-g', url, 'ping'],
    ]) {
      const { code, stdout, stderr } = await project.run(args, { program: GAFFERCTL });
      expect({ code, stdout, stderr }).toEqual({
        ...{ code: 1, stdout: '' },
        stderr: `gafferctl: no node answers at ${url}: start gafferd, or name another node with --connect\n`,
      });
    }
    await session.end('SIGTERM');
  });

  test.for([
    ['processes', /^gafferctl: \S+ does not speak HTTP; check --connect\n$/],
    ['watch', /^gafferctl: \S+ does not speak HTTP; check --connect\n$/],
  ] as const)('%s says that it is none', async ([command, expected], { project }) => {
    const url = await talkingServer('SSH-2.0-OpenSSH\r\n');
    const { code, stderr } = await project.run([command], { program: GAFFERCTL, env: { GAFFER_ENDPOINT: url } });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(expected) as string });
  });
});

async function run(machine: TestMachine, args: readonly string[]): Promise<ProgramResult> {
  const env = machine.env({ GAFFER_CONFIG: `${machine.root}/user.ini` });
  return await new Program(args, { program: GAFFERCTL, cwd: machine.root, env }).result();
}

machineTest('gafferctl talks to a unix socket, and over TLS', async ({ machine }) => {
  const authority = new TestAuthority();
  const { cert, key } = authority.server();
  for (const [name, text] of Object.entries({ 'ca.pem': authority.ca, 'server.pem': cert, 'server.key': key })) {
    machine.write(name, text);
  }
  machine.configure('[ssl]', 'certfile = server.pem', 'keyfile = server.key');
  const socket = `unix://${machine.root}/node.sock`;
  const daemon = await machine.start([], { bind: ['--bind', '127.0.0.1:0', '--bind', `unix:${machine.root}/node.sock`] });
  const url = (daemon.urls.find((one) => one.startsWith('https:')) ?? '').replace('127.0.0.1', 'localhost');
  expect(await run(machine, ['--connect', socket, 'add_process', '--start', 'dummy', 'sleep 1000'])).toMatchObject({
    code: 0,
    stdout: 'dummy\n',
    stderr: '',
  });
  expect(await run(machine, ['--connect', url, '--cacert', 'ca.pem', 'processes'])).toMatchObject({ code: 0, stdout: "['dummy']\n", stderr: '' });
  const untrusted = await run(machine, ['--connect', url, 'processes']);
  expect(untrusted).toMatchObject({ code: 1, stdout: '' });
  expect(untrusted.stderr).toMatch(/^gafferctl: .*is not trusted here.*\n$/);
});

lockedTest('gafferctl sends a key, and says which right is missing', async ({ node }) => {
  const ctl = (args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<ProgramResult> =>
    node.project.run(args, { program: GAFFERCTL, env: node.env(env) });
  expect(await ctl(['processes'])).toMatchObject({
    code: 1,
    stderr: 'gafferctl: Unauthorized access. You need an API key: gafferctl login gets one, --api-key or GAFFER_API_KEY names one\n',
  });
  expect(await ctl(['add_process', 'shop:web', 'sleep 1000'], { GAFFER_API_KEY: node.admin })).toMatchObject({ code: 0 });
  const { secret } = await node.key('shop.web+r');
  expect(await ctl(['status', 'shop:web', '--api-key', secret])).toMatchObject({ code: 0, stdout: 'stopped\n' });
  const refused = await ctl(['start', 'shop:web', '--api-key', secret]);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^gafferctl: Forbidden access\. .*manage.*shop\.web.*gafferctl login gets one\n$/);
  expect(await ctl(['login', '-u', 'root', '--password-file', '-'])).toMatchObject({ code: 2 });
  const login = node.project.spawn(['login', '-u', 'root', '--password-file', '-'], {
    program: GAFFERCTL,
    input: 'correct horse battery\n',
    env: node.env(),
  });
  expect(await login.result()).toMatchObject({ code: 0, stderr: '' });
  expect(await ctl(['processes'])).toMatchObject({ code: 0, stdout: "['shop:web']\n" });
});
