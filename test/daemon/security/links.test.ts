import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type TestMachine, test } from '../../support/machine.ts';

const PRECIOUS = 'of somebody else';

/** A file that nobody may touch, for all its mode tells. */
function preciousFile(machine: TestMachine): string {
  const file = machine.write('precious', PRECIOUS);
  chmodSync(file, 0o644);
  return file;
}

function expectUntouched(file: string): void {
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([`${PRECIOUS}\n`, 0o644]);
}

describe('a link that somebody has put', () => {
  test('in the place of the state is not followed, and told of', async ({ machine }) => {
    const precious = preciousFile(machine);
    mkdirSync(machine.state, { recursive: true, mode: 0o700 });
    const place = join(machine.state, 'state.db');
    for (const target of [precious, join(machine.root, 'nowhere'), machine.root]) {
      symlinkSync(target, place);
      expect(await machine.run([])).toMatchObject({
        code: 1,
        stderr: `gafferd: expected ${place} to be a file of gafferd's own, but it is a link: remove it, or choose another folder with --state-dir\n`,
      });
      expect(lstatSync(place).isSymbolicLink()).toBe(true);
      expectUntouched(precious);
      expect(existsSync(join(machine.root, 'nowhere'))).toBe(false);
      rmSync(place);
    }
  });

  test('in the place of a new state is not followed', async ({ machine }) => {
    const precious = preciousFile(machine);
    mkdirSync(machine.state, { recursive: true, mode: 0o700 });
    symlinkSync(precious, join(machine.state, 'state.db.new'));
    await machine.start();
    expectUntouched(precious);
  });

  test('in the place of the unix socket is not followed, and told of', async ({ machine }) => {
    const precious = preciousFile(machine);
    const place = join(machine.root, 'gafferd.sock');
    for (const target of [precious, join(machine.root, 'nowhere')]) {
      symlinkSync(target, place);
      expect(await machine.run([], { bind: ['--bind', `unix:${place}`] })).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^gafferd: cannot listen on unix:.*gafferd\.sock: .*\n$/) as string,
      });
      expectUntouched(precious);
      expect(existsSync(join(machine.root, 'nowhere'))).toBe(false);
      expect(lstatSync(place).isSymbolicLink()).toBe(true);
      rmSync(place);
    }
  });

  test('in the place of the pidfile is replaced, and what it points to is not touched', async ({ machine }) => {
    const precious = preciousFile(machine);
    const place = join(machine.root, 'gafferd.pid');
    symlinkSync(precious, place);
    const daemon = await machine.start(['--pidfile', place]);
    expect(lstatSync(place).isFile()).toBe(true);
    expectUntouched(precious);
    await daemon.end('SIGTERM');
    expectUntouched(precious);
  });

  test('in the place of the folder of runs is not followed, and told of', async ({ machine }) => {
    const elsewhere = join(machine.root, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o755 });
    mkdirSync(machine.state, { recursive: true, mode: 0o700 });
    symlinkSync(elsewhere, join(machine.state, 'run'));
    const { code, stderr } = await machine.run([]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^gafferd: .*expected .*run to be a folder of this user's.*\n$/)]);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o755);
    rmSync(join(machine.state, 'run'));
  });
});

describe('a state folder', () => {
  test.runIf(process.geteuid?.() === 0)('that somebody else has made is refused, and stays as it is', async ({ machine }) => {
    mkdirSync(machine.state, { recursive: true });
    chmodSync(machine.state, 0o777);
    chownSync(machine.state, 65534, 65534);
    const { code, stderr } = await machine.run([]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^gafferd: expected .* to be a folder of this user's, but it is not.*\n$/)]);
    const { mode, uid } = statSync(machine.state);
    expect([mode & 0o777, uid]).toEqual([0o777, 65534]);
  });
});
