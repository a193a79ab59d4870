import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test as plainTest } from 'vitest';
import type { DaemonConfig } from '../../../src/daemon/config/config.ts';
import type { DaemonFlags } from '../../../src/daemon/config/flags.ts';
import type { DaemonInput } from '../../../src/daemon/config/outside.ts';
import { type DaemonConfigResult, readDaemonConfig } from '../../../src/daemon/config/read-daemon-config.ts';
import { formatFinding } from '../../../src/finding.ts';

/** A home folder with configurations in it. */
export class ConfigRig {
  /** The folder in which gafferd is started, and its user is at home. */
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'gafferd-config-')));

  /** Writes a file; tells its path. */
  write(name: string, text: string | Uint8Array): string {
    const path = join(this.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Reads a configuration that is `x.ini`, unless the flags name another. */
  read(flags: DaemonFlags = {}, more: Partial<DaemonInput> = {}): DaemonConfigResult {
    return readDaemonConfig({ flags: { config: 'x.ini', ...flags }, env: {}, cwd: this.home, home: this.home, isRoot: false, ...more });
  }

  /** Reads what must be without errors. */
  config(text: string, flags: DaemonFlags = {}, more: Partial<DaemonInput> = {}): DaemonConfig {
    this.write('x.ini', text);
    const { config, findings } = this.read(flags, more);
    expect(findings).toEqual([]);
    return config!;
  }

  /** What is said about a configuration, without the name of the folder. */
  findings(text: string, flags: DaemonFlags = {}, more: Partial<DaemonInput> = {}): readonly string[] {
    this.write('x.ini', text);
    return this.lines(this.read(flags, more));
  }

  /** What was found, without the name of the folder. */
  lines({ config, findings }: DaemonConfigResult): readonly string[] {
    expect(config === undefined).toBe(findings.some(({ level }) => level === 'error'));
    return findings.map((finding) => formatFinding(finding).replaceAll(`${this.home}/`, ''));
  }

  /** Removes everything. */
  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A test that has a home folder. */
export const test = plainTest.extend<{ rig: ConfigRig }>({
  rig: async ({ task: _ }, use) => {
    const rig = new ConfigRig();
    await use(rig);
    rig.close();
  },
});
