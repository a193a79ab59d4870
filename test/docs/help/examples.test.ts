import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADMIN } from '../../../src/access/permissions.ts';
import { examplesOf, optionsOf } from '../../../src/cli/man/help.ts';
import { CommandRig } from '../../support/commands.ts';
import { type ExampleOutcome, ExampleShell } from '../../support/example-shell.ts';
import { LookupRig } from '../../support/lookup-rig.ts';
import { builtPrograms } from '../../support/manual.ts';
import { type TestProject, test } from '../../support/project.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi } from '../../support/test-api.ts';
import { ACCOUNT_EXAMPLES } from './account-examples.ts';
import { DAEMON_EXAMPLES } from './daemon-examples.ts';
import { FOLDER_EXAMPLES } from './folder-examples.ts';
import { LOOKUP_EXAMPLES } from './lookup-examples.ts';
import { LOOKUPD_EXAMPLES } from './lookupd-examples.ts';
import { NODE_EXAMPLES } from './node-examples.ts';
import { ShopNode } from './shop-node.ts';

/** Programs whose examples are run here. */
const PROGRAMS = ['gaffer', 'gafferd', 'gaffer_lookupd'];

async function expectShown(shell: ExampleShell, line: string, outcome: ExampleOutcome): Promise<void> {
  const { shows, goesOn = false, code = goesOn ? 130 : 0 } = outcome;
  const ended = await shell.type(line, outcome);
  expect.soft(ended.text, line).toMatch(shows);
  expect.soft([code].flat(), `${line}\n${ended.text}`).toContain(ended.code);
}

/** A folder as examples have it. */
function writeFolder(project: TestProject): void {
  project.write('Procfile', 'web: sh web.sh', 'worker: sleep 1000');
  project.write('web.sh', 'echo "web is up $PLACE"', 'exec sleep 1000');
  project.write('.env', 'GREETING=hello');
  project.write('local.env', 'PLACE=at home');
  project.write('test.env', 'PLACE=a test');
  project.write('production.env', 'PLACE=out there');
  project.write('jobs.json', '{"jobs": [{"name": "mail", "cmd": "sleep 1000"}, {"name": "count", "cmd": "sleep 1000"}]}');
  project.write('commands', 'status', '.');
  project.write('password', 'a long password');
  for (const folder of ['.', 'etc/gaffer']) {
    project.write(`${folder}/gafferd.ini`, '[gaffer]', '[process:dummy]', 'cmd = sleep 1000');
  }
  project.write('var/log/gafferd.log');
}

describe('every example of the help', () => {
  it('is run by one of the tests below', () => {
    const printed = builtPrograms()
      .filter(({ name }) => PROGRAMS.includes(name))
      .flatMap(({ name, commands }) => commands.flatMap((command) => examplesOf(command, name)));
    const run = [FOLDER_EXAMPLES, NODE_EXAMPLES, ACCOUNT_EXAMPLES, DAEMON_EXAMPLES, LOOKUPD_EXAMPLES, LOOKUP_EXAMPLES].flatMap(Object.keys);
    expect(run.sort()).toEqual(printed.sort());
  });

  it('is given for every command', () => {
    const without = builtPrograms().flatMap(({ name, commands }) =>
      commands.filter(({ examples = [], hidden }) => examples.length === 0 && hidden !== true).map(({ id }) => `${name} ${id}`),
    );
    expect(without).toEqual([]);
  });

  it('stands in a help that says what the command is, what it does, and what each word means', () => {
    const gaps = builtPrograms().flatMap(({ name, commands }) =>
      commands
        .filter(({ hidden }) => hidden !== true)
        .flatMap((command) => {
          const { id, summary = '', description = '', args } = command;
          const unsaid = [...Object.values(args), ...optionsOf(command)].filter((one) => (one.description ?? '') === '').map((one) => one.name);
          return [
            ...(/^[A-Z].{5,80}[^.]$/.test(summary) ? [] : [`summary "${summary}"`]),
            ...(description === '' ? ['no description'] : []),
            ...unsaid,
          ].map((gap) => `${name} ${id}: ${gap}`);
        }),
    );
    expect(gaps).toEqual([]);
  });

  test('does what it says in a folder with a Procfile', async ({ project }) => {
    writeFolder(project);
    const shell = new ExampleShell(project, { GAFFER_APP: 'shop', GAFFER_CONFIG: join(project.root, 'home/.gaffer/gaffer.ini') }, {});
    for (const [line, outcome] of Object.entries(FOLDER_EXAMPLES)) {
      await expectShown(shell, line, outcome);
    }
  }, 120_000);

  test('does what it says on a node with an application', async ({ project }) => {
    writeFolder(project);
    const api = await openApi();
    const rig = new CommandRig(api, project);
    const node = await ShopNode.open(rig);
    const env = { GAFFER_ENDPOINT: rig.endpoint, GAFFER_APP: 'shop', GAFFERD_CONFIG: project.root, XDG_STATE_HOME: join(project.root, 'state') };
    const shell = new ExampleShell(project, env, {
      '42@5f3c9a01': await node.position(),
      '/etc/': `${project.root}/etc/`,
      'https://box:5000': rig.endpoint,
    });
    for (const [line, { state, meanwhile, ...outcome }] of Object.entries(NODE_EXAMPLES)) {
      await node.bring(state ?? 'as it is');
      await expectShown(shell, line, { ...outcome, ...(meanwhile !== undefined && { meanwhile: () => node.happen(meanwhile) }) });
    }
  }, 180_000);

  test('does what it says on a node that asks for keys', async ({ project }) => {
    writeFolder(project);
    const { api, admin, accounts } = await openLockedApi();
    const { info } = accounts.keys.create({ permissions: ADMIN, label: 'made for the examples' });
    const endpoint = `http://127.0.0.1:${api.port}`;
    const shell = new ExampleShell(
      project,
      { GAFFER_ENDPOINT: endpoint, GAFFER_API_KEY: admin },
      { 'https://node.example:5000': endpoint, 'key-5f3c9a01b2d4': info.id },
    );
    for (const [line, outcome] of Object.entries(ACCOUNT_EXAMPLES)) {
      await expectShown(shell, line, outcome);
    }
  }, 120_000);

  test('does what it says on a machine for gafferd', async ({ project }) => {
    writeFolder(project);
    const at = (folder: string): string => `${project.root}/${folder}/`;
    const shell = new ExampleShell(
      project,
      { GAFFERD_CONFIG: project.root, GAFFERD_BIND: '127.0.0.1:0', XDG_STATE_HOME: join(project.root, 'state') },
      { '/etc/': at('etc'), '/run/': at('run'), '/var/log/': at('var/log'), '127.0.0.1:5000': '127.0.0.1:0' },
    );
    project.write('run/.keep');
    for (const [line, outcome] of Object.entries(DAEMON_EXAMPLES)) {
      await expectShown(shell, line, outcome);
    }
  }, 120_000);

  test('does what it says where a lookupd knows a node', async ({ project }) => {
    const rig = await LookupRig.open();
    const box = await rig.node();
    await box.register('box', { 'shop.web': [1, 2] });
    const url = `http://127.0.0.1:${rig.port}`;
    const shell = new ExampleShell(
      project,
      { GAFFER_LOOKUPD: url },
      { 'http://127.0.0.1:5010': url, 'http://10.0.0.1:5010': url, 'http://10.0.0.2:5010': url },
    );
    let pid = 2;
    const meanwhile = async (): Promise<unknown> => await box.tell('REGISTER_PROCESS', { job_name: 'shop.web', pid: (pid += 1) });
    for (const [line, outcome] of Object.entries(LOOKUP_EXAMPLES)) {
      await expectShown(shell, line, { ...outcome, ...(/^gaffer lookup( |$)/.test(line) && { meanwhile }) });
    }
  }, 120_000);

  test('does what it says on a machine for gaffer_lookupd', async ({ project }) => {
    const at = (folder: string): string => `${project.root}/${folder}/`;
    const shell = new ExampleShell(
      project,
      { GAFFER_LOOKUPD_BIND: '127.0.0.1:0', XDG_STATE_HOME: join(project.root, 'state') },
      { '/run/': at('run'), '/var/log/': at('var/log'), '127.0.0.1:5010': '127.0.0.1:0', '127.0.0.1:2379': '127.0.0.1:1' },
    );
    project.write('run/.keep');
    project.write('var/log/.keep');
    for (const [line, outcome] of Object.entries(LOOKUPD_EXAMPLES)) {
      await expectShown(shell, line, outcome);
    }
  }, 120_000);
});
