import * as Args from '@oclif/core/args';
import { parse } from '@oclif/core/parser';
import { describe, expect, it } from 'vitest';
import { daemonFlags, daemonFlagsOf } from '../../../src/cli/gafferd/flags.ts';
import type { DaemonFlags } from '../../../src/daemon/config/flags.ts';

async function read(...argv: readonly string[]): Promise<DaemonFlags> {
  const args = { config: Args.string({ ignoreStdin: true }) };
  const line = await parse([...argv], { flags: daemonFlags, args, strict: true });
  return daemonFlagsOf(line);
}

describe("gafferd's options", () => {
  it.each<[readonly string[], DaemonFlags]>([
    [[], { verbose: 0, config: undefined }],
    [['x.ini'], { config: 'x.ini' }],
    [['-c', 'x.ini', '-v'], { config: 'x.ini', verbose: 1 }],
    [['--config=dir', '-vv'], { config: 'dir', verbose: 2 }],
    [['-v', '--verbose'], { verbose: 2 }],
    [['--bind', ':1', '--bind=:2,:3', 'x.ini'], { bind: [':1', ':2,:3'], config: 'x.ini' }],
    [['-p', 'a'], { 'plugin-dir': 'a' }],
    [['--plugins-dir', 'a'], { 'plugin-dir': 'a' }],
    [['--plugin-dir', 'a'], { 'plugin-dir': 'a' }],
    [['--error-log', '-'], { 'error-log': '-' }],
    [['--log-file=a'], { 'error-log': 'a' }],
    [['--daemon', '--require-key'], { daemon: true, 'require-key': true }],
    [['--no-daemon', '--no-require-key'], { daemon: false, 'require-key': false }],
    [['--lookupd-address', 'a', '--lookupd-address', 'b'], { 'lookupd-address': ['a', 'b'] }],
    [['--allowed-origin', '*', '--allowed-host', 'a', '--allowed-host', 'b'], { 'allowed-origin': ['*'], 'allowed-host': ['a', 'b'] }],
    [['--backlog', 'many'], { backlog: 'many' }],
  ])('%j', async (argv, flags) => {
    expect(await read(...argv)).toMatchObject(flags);
  });

  it('that are not given say nothing', async () => {
    const flags = await read();
    expect(flags['require-key']).toBeUndefined();
    expect(flags.daemon).toBeUndefined();
    expect(flags.bind).toBeUndefined();
  });

  it('name one configuration', async () => {
    await expect(read('-c', 'a', 'b')).rejects.toThrow('expected one configuration, got "a" and "b"');
  });

  it('tell their variables in the help', () => {
    expect(daemonFlags.bind.description).toMatch(/^\[env: GAFFERD_BIND\] /);
    expect(daemonFlags['plugin-dir'].description).toMatch(/^\[env: GAFFER_PLUGIN_DIR\] /);
    expect(daemonFlags.backlog.description).not.toContain('env');
  });
});
