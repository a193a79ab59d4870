import { chmodSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { type TestMachine, test } from '../../../support/machine.ts';
import { askAsNobody, asNobody, CAN_BE_ANOTHER } from '../../../support/other-user.ts';
import { starting } from '../../../support/plugin-rig.ts';
import { becomes } from '../../../support/processes.ts';

/** Where plugins ask the node: the one socket in the state folder. */
function socketOf(machine: TestMachine, state = machine.state): string {
  const [socket] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('plugins.sock'));
  return join(state, socket ?? 'none');
}

/** Asks for the jobs at a socket with a key, if one is given, and writes the status. */
const ASK = `
const [, socketPath, key] = process.argv;
const headers = key === undefined ? {} : { 'x-api-key': key };
require('node:http').get({ socketPath, path: '/jobs', headers }, (answer) => process.stdout.write(String(answer.resume().statusCode)));`;

const HEARS = starting(
  "await context.onEvent('job.default.web.start', ({ name }) => context.log.info('heard of ' + name)); console.log(JSON.stringify(context.config.section));",
);

describe('gafferd with plugins', () => {
  test('starts them before its jobs, takes what is edited at SIGHUP, and ends them', async ({ machine }) => {
    machine.write('plugins/Hears/index.mjs', HEARS);
    machine.configure('[process:web]', 'cmd = sleep 1000', '[plugin:hears]', 'Key = 50%% of A', '[plugin:heers]', 'a = b');
    const daemon = await machine.start();
    await daemon.stderr.until('plugin Hears: heard of default.web');
    await daemon.stderr.until('[INFO] plugin Hears: {"key":"50% of A"}\n'); // what is written to the console comes by another way
    expect(daemon.stderr.text).toMatch(/\[WARNING\] \[plugin:heers\] is for nobody: there is no such plugin in \S+; did you mean "?hears"?\?/);
    machine.write('plugins/Hears/index.mjs', starting("console.log('edited');"));
    daemon.signal('SIGHUP');
    daemon.signal('SIGHUP');
    await daemon.stderr.until('plugin Hears: edited');
    await daemon.stderr.until('plugin Hears: started', 2);
    expect((await daemon.ask('GET', '/plugins')).json).toMatchObject({ plugins: [{ name: 'Hears', state: 'started', error: null }] });
    machine.write('plugins/Hears/index.mjs', starting('', "stop() { console.log('stops'); return new Promise(() => undefined); }"));
    daemon.signal('SIGHUP');
    await daemon.stderr.until('plugin Hears: started', 3);
    daemon.signal('SIGTERM');
    await daemon.stderr.until('plugin Hears: stops');
    await becomes(() => {
      daemon.signal('SIGTERM');
      return daemon.hasEnded;
    }, 10_000);
    const { code, stderr } = await daemon.result();
    expect([code, stderr]).toEqual([0, expect.stringContaining('plugin Hears: it is ended: it was told to\n')]); // it has five seconds, unless somebody is in a hurry
  });

  test('does not start without one that another requires', async ({ machine }) => {
    machine.write('plugins/a/index.mjs', "export default { mandatory: ['b'], app: () => ({}) };");
    expect(await machine.run([])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /gafferd: the plugin "a" requires "b" to be used: put that into \S+\/plugins, or take "a" out of it\n$/,
      ) as unknown,
    });
  });

  test('ends in its start when it is told to, also while a plugin never does', async ({ machine }) => {
    machine.write('plugins/slow/index.mjs', "console.log('loads'); await new Promise(() => setInterval(() => undefined, 1000));");
    const daemon = machine.spawn();
    await daemon.stderr.until('plugin slow: loads');
    daemon.signal('SIGTERM');
    await becomes(() => {
      daemon.signal('SIGINT'); // at once it would be taken for the same wish
      return daemon.hasEnded;
    }, 9_000);
    expect((await daemon.result()).code).toBe(0);
    expect(daemon.stderr.text).not.toContain('it does not load within'); // it has ten seconds for that
  });

  test.for(['', `/${'long'.repeat(25)}`])(
    'that was killed leaves nothing of theirs to the next one, in a state folder…%s',
    async (more, { machine }) => {
      const state = `${machine.state}${more}`;
      machine.mayStay.add(`${more.slice(1)}/state.db`).add(more.slice(1));
      machine.write('plugins/hears/index.mjs', HEARS);
      machine.configure('[process:web]', 'cmd = sleep 1000');
      const killed = await machine.start(['--state-dir', state]);
      await killed.stderr.until('plugin hears: heard of default.web');
      const socket = socketOf(machine, state);
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      killed.signal('SIGKILL');
      await killed.result();
      const daemon = await machine.start(['--state-dir', state]);
      await daemon.stderr.until('plugin hears: started');
      await daemon.ask('POST', '/jobs/default/web/state', '1');
      await daemon.stderr.until('plugin hears: heard of default.web');
      expect(socketOf(machine, state)).not.toBe(socket);
      expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
      expect((await daemon.end('SIGTERM')).code).toBe(0);
    },
  );

  test.runIf(CAN_BE_ANOTHER)('lets no other user of the machine ask where its plugins do, nor anybody without their secret', async ({ machine }) => {
    machine.write('plugins/hears/index.mjs', HEARS);
    const daemon = await machine.start();
    await daemon.stderr.until('plugin hears: started');
    const socket = socketOf(machine);
    expect(askAsNobody(socket)).toBe('EACCES\n');
    for (let path = socket; path !== tmpdir(); path = dirname(path)) {
      chmodSync(path, 0o777); // and if all of it were open
    }
    const ask = (...key: readonly string[]): string => asNobody(process.execPath, '-e', ASK, socket, ...key).output;
    expect([ask(), ask('0123456789abcdef0123456789abcdef')]).toEqual(['401', '403']);
  });
});
