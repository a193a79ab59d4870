import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { findSession } from '../../../src/local/session-address.ts';
import { test } from '../../support/machine.ts';
import { askAsNobody, asNobody, CAN_BE_ANOTHER } from '../../support/other-user.ts';
import { becomes } from '../../support/processes.ts';
import { test as projectTest } from '../../support/project.ts';

const REFUSED = /Permission denied|EACCES/;

/** Lets everybody come as far as a folder, as far as the mode of that itself allows. */
function openWay(folder: string, until: string): void {
  for (let at = dirname(folder); at.startsWith(until); at = dirname(at)) {
    chmodSync(at, 0o755);
  }
}

describe('another user of this machine', () => {
  test.runIf(CAN_BE_ANOTHER)('can neither ask at gafferd’s unix socket nor look into its state', async ({ machine }) => {
    const folder = join(machine.root, 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const home = dirname(machine.root);
    openWay(join(folder, 'x'), home);
    openWay(machine.state, home);
    const socket = join(folder, 'gafferd.sock');
    const daemon = await machine.start([], { bind: ['--bind', `unix:${socket}`] });
    expect((await daemon.ask('GET', '/ping')).text).toBe('OK');
    expect(asNobody('ls', folder).output).toContain('gafferd.sock'); // it gets as far as that
    expect(askAsNobody(socket)).toMatch(REFUSED);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(machine.state).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(machine.state, { recursive: true, encoding: 'utf8' })) {
      expect([file, statSync(join(machine.state, file)).mode & 0o077]).toEqual([file, 0]);
    }
    expect(asNobody('ls', machine.state).output).toMatch(REFUSED);
    expect(asNobody('cat', join(machine.state, 'state.db')).output).toMatch(REFUSED);
  });

  projectTest.runIf(CAN_BE_ANOTHER)('cannot ask at the socket of a session', async ({ project }) => {
    project.write('Procfile', 'web: echo up; exec sleep 100');
    const gaffer = project.spawn(['start']);
    await gaffer.stdout.until('up');
    await becomes(() => existsSync(findSession(project.root, project.env())?.socket ?? ''), 10_000);
    const socket = findSession(project.root, project.env())?.socket ?? '';
    const folder = join(project.runtime, 'gaffer');
    openWay(folder, dirname(project.runtime));
    chmodSync(project.runtime, 0o755);
    expect(asNobody('ls', project.runtime).output).toContain('gaffer');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(asNobody('ls', folder).output).toMatch(REFUSED);
    expect(askAsNobody(socket)).toMatch(REFUSED);
    chmodSync(project.runtime, 0o700);
    expect((await gaffer.end('SIGINT')).code).toBe(130);
  });
});
