import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { TestAuthority } from '../../support/certificates.ts';
import { type TestMachine, test } from '../../support/machine.ts';

const isRoot = process.geteuid?.() === 0;

/** Opens the way to the configuration, as `/etc` is open. */
function openWay(machine: TestMachine): void {
  chmodSync(dirname(machine.root), 0o755);
  chmodSync(machine.root, 0o755);
}

describe('gafferd', () => {
  test.runIf(isRoot)('as root does not take a configuration that everybody can write', async ({ machine }) => {
    openWay(machine);
    const file = machine.configure();
    chmodSync(file, 0o666);
    expect(await machine.run([])).toMatchObject({
      code: 2,
      stderr: `gafferd: ${file}: expected a file that only trusted users can change, but everybody can write it, and gafferd runs as root: chmod go-w ${file}\n`,
    });
    expect(machine.stateFiles).toEqual([]);
  });

  test.runIf(isRoot)('as root goes on as it was when its configuration is opened to everybody', async ({ machine }) => {
    openWay(machine);
    const file = machine.configure();
    const daemon = await machine.start();
    machine.write('gafferd.ini', '[gaffer]', '[process:evil]', 'cmd = sleep 1000');
    chmodSync(file, 0o666);
    daemon.signal('SIGHUP');
    await daemon.stderr.until(/expected a file that only trusted users can change/);
    expect((await daemon.ask('GET', '/jobs')).json).toEqual({ jobs: [] });
  });

  test('says what others can change or read, and runs all the same', async ({ machine }) => {
    openWay(machine);
    const { cert, key } = new TestAuthority().server();
    machine.write('node.pem', cert);
    const keyFile = machine.write('node.key', key);
    chmodSync(keyFile, 0o644);
    const plugins = join(machine.root, 'plugins');
    mkdirSync(plugins);
    chmodSync(plugins, 0o777);
    const lookupKey = machine.write('lookup.key', 'secret');
    chmodSync(lookupKey, 0o644);
    machine.configure('[lookup]', 'key_file = lookup.key');
    const daemon = await machine.start(['--certfile', 'node.pem', '--keyfile', 'node.key']);
    expect(daemon.stderr.text).toContain(
      `[WARNING] ${plugins}: everybody can write into it, so no plugin in it can be trusted: chmod go-w ${plugins}\n`,
    );
    for (const file of [keyFile, lookupKey]) {
      expect(daemon.stderr.text).toContain(`[WARNING] ${file}: everybody can read this key, and so pretend to be this node: chmod go= ${file}\n`);
    }
  });

  test('says nothing about files that are its own', async ({ machine }) => {
    openWay(machine);
    machine.configure();
    mkdirSync(join(machine.root, 'plugins'));
    const daemon = await machine.start();
    expect(daemon.stderr.text).not.toContain('WARNING');
  });
});
