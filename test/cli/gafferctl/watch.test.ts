import { describe, expect } from 'vitest';
import { type CommandRig, test } from '../../support/commands.ts';
import { fakeServer } from '../../support/fake-server.ts';
import { freePort } from '../../support/free-port.ts';
import { GAFFERCTL } from '../../support/gafferctl.ts';
import { test as machineTest } from '../../support/machine.ts';
import { Program } from '../../support/program.ts';
import { withoutNumbers } from '../../support/project.ts';
import { Proxy } from '../../support/proxy.ts';

/** A program may take its time to start. */
const IN_TIME = { timeout: 20_000 };

function watch(rig: CommandRig, args: readonly string[], endpoint = rig.endpoint): Program {
  return rig.project.spawn(['watch', ...args], { program: GAFFERCTL, env: { GAFFER_ENDPOINT: endpoint } });
}

/** Resolves when it watches. */
async function watching(rig: CommandRig, program: Program): Promise<void> {
  await rig.load('probe', { session: 'probe' });
  await expect
    .poll(async () => {
      await rig.api.supervisor.signalJob({ session: 'probe', job: 'probe' }, 'SIGCONT');
      return program.stdout.text;
    }, IN_TIME)
    .toContain('kill');
}

/** What was told of other jobs than the one by which it is seen that it watches. */
function told(text: string): string[] {
  return withoutNumbers(text)
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('probe'));
}

describe('gafferctl watch', () => {
  test('tells events under their names of 0.4, each once, until Ctrl-C', async ({ rig }) => {
    const program = watch(rig, []);
    await watching(rig, program);
    await rig.load('dummy', { session: 'default' });
    await rig.load('web');
    await rig.api.supervisor.unload({ session: 'default', job: 'dummy' });
    await program.stdout.until('exit dummy');
    const { code, stdout, stderr } = await program.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(told(stdout)).toEqual([
      ...['create', 'start', 'spawn'].map((event) => `HH:MM:SS dummy | ${event} dummy`),
      ...['create', 'start', 'spawn'].map((event) => `HH:MM:SS shop:web | ${event} shop:web`),
      ...['delete', 'stop', 'stop_pid', 'exit'].map((event) => `HH:MM:SS dummy | ${event} dummy`),
    ]);
  });

  test('tells only what a pattern means, in colour where that is wanted, and ends after --count', async ({ rig }) => {
    await rig.load('dummy', { session: 'default' });
    await rig.load('web');
    const plain = watch(rig, ['proc.shop:web', '--count', '4']);
    const coloured = watch(rig, ['proc.shop.web.spawn', '--colorize', '--count', '1']);
    const json = watch(rig, ['spawn', '--json', '--count', '1']);
    await expect
      .poll(async () => {
        await rig.api.supervisor.restart({ session: 'shop', job: 'web' });
        return plain.hasEnded && coloured.hasEnded && json.hasEnded;
      }, IN_TIME)
      .toBe(true);
    expect(told((await plain.result()).stdout).map((line) => line.replace(/(?<=\| )\S+/, 'EVENT'))).toEqual(
      Array.from({ length: 4 }, () => 'HH:MM:SS shop:web | EVENT shop:web'),
    );
    expect((await coloured.result()).stdout).toMatch(/^\x1b\[36m\d\d:\d\d:\d\d shop:web \| spawn shop:web\x1b\[39m\n$/);
    expect(JSON.parse((await json.result()).stdout)).toMatchObject({ event: 'spawn', name: 'shop:web', pid: expect.any(Number) as number });
  });

  test('misses and doubles nothing when the connection is lost', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    const program = watch(rig, ['create'], proxy.url);
    await rig.load('first', { numprocesses: 0 });
    await expect
      .poll(async () => {
        await rig.api.supervisor.unload({ session: 'shop', job: 'first' });
        await rig.load('first', { numprocesses: 0 });
        return program.stdout.text;
      }, IN_TIME)
      .toContain('create');
    proxy.cut(false);
    await program.stderr.until('gone away');
    for (const name of ['a', 'b', 'c']) {
      await rig.load(name, { numprocesses: 0 });
    }
    proxy.mend();
    await program.stdout.until('create shop:c');
    const { code, stdout, stderr } = await program.end('SIGINT');
    expect(code).toBe(130);
    expect(told(stdout).filter((line) => !line.includes('first'))).toEqual(
      ['a', 'b', 'c'].map((name) => `HH:MM:SS shop:${name} | create shop:${name}`),
    );
    expect(stderr).toBe(`gafferctl: ${proxy.url} has gone away: waiting for it (Ctrl-C ends)\ngafferctl: ${proxy.url} is there again\n`);
  });

  test('has the node show that it is there, and holds on to one that does', async ({ rig }) => {
    const proxy = await Proxy.open(rig.api.port);
    const program = watch(rig, ['--heartbeat', '0.5', '--no-reconnect', '--count', '1'], proxy.url); // it is lost when it is silent for a second
    await expect.poll(() => proxy.paths, IN_TIME).toEqual(['/events?heartbeat=0.5']);
    for (let beats = 0, bytes = proxy.bytes; beats < 4; bytes = proxy.bytes) {
      await expect.poll(() => proxy.bytes, { ...IN_TIME, interval: 10 }).toBeGreaterThan(bytes);
      beats += 1;
    }
    await rig.load('web', { numprocesses: 0 });
    expect(await program.result()).toMatchObject({ code: 0, stderr: '' });
  });

  test('takes a node for lost that is silent', async ({ project }) => {
    const url = await fakeServer((_, answer) => {
      answer.writeHead(200, { 'x-gaffer-seq': '0', 'x-gaffer-run': 'x' });
      answer.flushHeaders();
    });
    const args = ['watch', '--heartbeat', '0.1', '--no-reconnect'];
    const { code, stderr } = await project.spawn(args, { program: GAFFERCTL, env: { GAFFER_ENDPOINT: url } }).result();
    expect({ code, stderr }).toEqual({ code: 1, stderr: `gafferctl: ${url} has gone away: there is nothing more to follow\n` });
  });
});

machineTest('gafferctl watch goes on with a gafferd that was killed and started again', async ({ machine }) => {
  machine.mayStay.add('state.db-wal').add('state.db-shm');
  const bind = ['--bind', `127.0.0.1:${await freePort()}`];
  const first = await machine.start([], { bind });
  const [url = ''] = first.urls;
  const env = machine.env({ GAFFER_ENDPOINT: url, GAFFER_CONFIG: `${machine.root}/gaffer.ini` });
  const program = new Program(['watch', 'create'], { program: GAFFERCTL, cwd: machine.root, env });
  const job = (name: string): object => ({ name, cmd: 'sleep 1000', numprocesses: 0 });
  for (let n = 1; !program.stdout.text.includes('create'); n += 1) {
    await first.ask('POST', '/jobs/default', job(`before${n}`));
  }
  await first.end('SIGKILL');
  await program.stderr.until('gone away');
  const second = await machine.start([], { bind });
  await second.ask('POST', '/jobs/shop', job('after'));
  await program.stdout.until('create shop:after\n');
  const { code, stdout, stderr } = await program.end('SIGINT');
  expect(code).toBe(130);
  expect(stdout.match(/create shop:after/g)).toHaveLength(1);
  expect(stderr).toBe(`gafferctl: ${url} has gone away: waiting for it (Ctrl-C ends)\ngafferctl: ${url} is there again\n`);
});
