import { readdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { SHELLS, type Shell } from '../../../src/cli/completion/shell.ts';
import { test } from '../../support/commands.ts';
import { fakeServer } from '../../support/fake-server.ts';
import { test as projectTest, type TestProject } from '../../support/project.ts';
import { hasShell, ShellRig } from '../../support/shell.ts';

/** What is typed before a tab is pressed, and what then stands there. */
const LINES: readonly (readonly [typed: string, completed: string])[] = [
  ['gaffer ps:st', 'gaffer ps:start '],
  ['gaffer ps inf', 'gaffer ps info '],
  ['gaffer start --on-exit ig', 'gaffer start --on-exit ignore '],
  ['gaffer export --format=j', 'gaffer export --format=json '],
  ['gaffer -f Procf', 'gaffer -f Procfile '],
  ['gaffer start --root conf', 'gaffer start --root config/'],
  ['gaffer start mai', 'gaffer start mailer '],
  ['gaffer start -c wor', 'gaffer start -c worker='],
  ['gaffer restart si', 'gaffer restart site '],
  ['gaffer scale site=2,ro', 'gaffer scale site=2,robot='],
  ['gaffer ps --app sh', 'gaffer ps --app shop '],
  ['gafferd --log-level deb', 'gafferd --log-level debug '],
  ['gafferctl pin', 'gafferctl ping '],
  ['gaffer_lookupd --log-format js', 'gaffer_lookupd --log-format json '],
];

/** Names that would do something if a shell read them as they are. */
const HOSTILE = [
  'ha$(touch PWNED)`touch PWNED`',
  "hb'; touch PWNED; '",
  'hc"; touch PWNED; "',
  'hd & touch PWNED > PWNED',
  'he*~{a,b}[x]? !! !x ^x^y',
  'hf\\$(touch PWNED) $HOME',
  'hg %F{red}%n # x:m=n,o',
];

/** What no shell can put into a line, or would take for an option. */
const UNTYPABLE = ['hx\ntouch PWNED', 'hx\r\ttouch PWNED', 'hx\u001b]0;PWNED\u0007', '--no-input', '-f'];

/** A node that says of itself what it likes. */
async function hostileNode(): Promise<string> {
  const jobs = [...HOSTILE, ...UNTYPABLE].map((name) => ({
    name: `shop.${name}`,
    cmd: '$(touch PWNED) `touch PWNED` \u001b]0;PWNED\u0007 %F{red}: \\',
    state: 'started',
    active: true,
    running: 0,
    max_processes: 0,
    processes: [],
  }));
  return await fakeServer((_, answer) => void answer.setHeader('content-type', 'application/json').end(JSON.stringify({ sessions: ['shop'], jobs })));
}

async function start(shell: Shell, project: TestProject, endpoint: string): Promise<ShellRig> {
  project.write('Procfile', 'web: sleep 100', 'worker: sleep 100', 'mailer: sleep 100');
  project.write('config/x');
  return await ShellRig.start(shell, project, { GAFFER_ENDPOINT: endpoint, GAFFER_APP: 'shop' });
}

for (const shell of SHELLS) {
  // .ci/run installs zsh and fish; a developer's machine may have none
  describe.skipIf(!hasShell(shell))(`in ${shell} (skipped where it is not installed)`, () => {
    test('a tab completes commands, options, values and names', { timeout: 90_000 }, async ({ rig }) => {
      await Promise.all([rig.load('site'), rig.load('robot', { numprocesses: 2 })]);
      const typist = await start(shell, rig.project, rig.endpoint);
      const completed: Record<string, string> = {};
      for (const [typed] of LINES) {
        completed[typed] = await typist.completed(typed);
      }
      const shown = await typist.shows('gaffer user', 'user:add', 'user:del', 'user:setkey');
      if (shell !== 'bash') {
        expect(shown).toContain('Make a user');
      }
      await typist.close();
      expect(completed).toEqual(Object.fromEntries(LINES));
    });

    projectTest('a name from a node is text, whatever is in it', { timeout: 90_000 }, async ({ project }) => {
      const typist = await start(shell, project, await hostileNode());
      const read: string[] = [];
      for (const name of HOSTILE) {
        const line = await typist.completed(`gaffer unload ${name.slice(0, 2)}`);
        read.push(await typist.run(line.replace('gaffer unload', "printf '%s'")));
      }
      const shown = await typist.shows('gaffer unload ', 'shop', 'hg');
      await typist.close();
      expect(read).toEqual(HOSTILE);
      expect(shown).not.toMatch(/hx|--no-input|\u001b\]0;PWNED/);
      expect(readdirSync(project.root).toSorted()).toEqual(['Procfile', 'config']);
    });
  });
}
