import { homedir } from 'node:os';
import { Command } from '@oclif/core/command';
import { GafferError } from '../../errors.ts';
import { formatFinding } from '../../finding.ts';
import type { LookupdConfig, LookupdConfigResult } from '../../lookupd/config.ts';
import { complain } from '../complain.ts';
import { explainMissing } from '../gafferd/missing-libsql.ts';
import { lookupdFlags, type ParsedLookupdFlags } from './flags.ts';
import { keyDeedOf } from './key-deeds.ts';

declare const GAFFER_VERSION: string;

/** `gaffer_lookupd`: which node runs what. */
export class GafferLookupd extends Command {
  static override summary = 'Tell which node runs which job';
  static override description =
    'Nodes (gafferd --lookupd-address) register what they run, and whoever asks is told: "gaffer lookup", or anybody over HTTP. Everything is kept in memory, for nodes register anew when they reconnect, or in an etcd that several lookupds share. SIGTERM ends it; SIGHUP opens its log and reads its certificates anew.';
  static override examples = [
    '<%= config.bin %>',
    '<%= config.bin %> --bind 127.0.0.1:5010 --bind unix:/run/lookupd.sock',
    '<%= config.bin %> --create-key box+m --label box',
    "<%= config.bin %> --create-key '*+r' --label dashboard",
    '<%= config.bin %> --list-keys',
    '<%= config.bin %> --store etcd://127.0.0.1:2379',
    '<%= config.bin %> --daemon --pidfile /run/lookupd.pid --error-log /var/log/lookupd.log',
  ];
  static override flags = lookupdFlags;

  async run(): Promise<void> {
    const { flags: parsed } = await this.parse(GafferLookupd);
    const { readLookupdConfig } = await import('../../lookupd/config.ts');
    const { isInBackground, startInBackground } = await import('../../runtime/background.ts');
    const flags: ParsedLookupdFlags = parsed;
    const { env } = process;
    const wasStartedAgain = isInBackground(env);
    const home = env['HOME'] ?? homedir();
    const place = { env, cwd: process.cwd(), home: home === '' ? undefined : home, isRoot: process.geteuid?.() === 0 };
    const deed = keyDeedOf(flags);
    const config = expectConfig(readLookupdConfig({ flags, ...place }), wasStartedAgain);
    if (deed !== undefined) {
      await deed(config.stateDir);
      return;
    }
    if (config.daemonize && !wasStartedAgain) {
      const pid = await startInBackground('gaffer_lookupd', env);
      process.stdout.write(`gaffer_lookupd runs in the background with pid ${pid}\n`);
      return;
    }
    const { runLookupd } = await import('../../lookupd/run-lookupd.ts').catch(explainMissing);
    process.exit(await runLookupd({ config, version: GAFFER_VERSION, env }));
  }
}

/** Says what is wrong, all of it; warnings only once when it is read a second time in the background. */
function expectConfig({ config, findings }: LookupdConfigResult, isQuiet: boolean): LookupdConfig {
  for (const finding of isQuiet ? [] : findings.filter(({ level }) => level === 'warning')) {
    complain(formatFinding(finding));
  }
  if (config === undefined) {
    throw new GafferError(
      'bad_usage',
      findings
        .filter(({ level }) => level === 'error')
        .map(formatFinding)
        .join('\n'),
    );
  }
  return config;
}
