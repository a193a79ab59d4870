import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Log } from '../../src/daemon/log.ts';
import { type LookupdConfig, readLookupdConfig } from '../../src/lookupd/config.ts';
import type { LookupdFlags } from '../../src/lookupd/flags.ts';
import { Lookupd } from '../../src/lookupd/lookupd.ts';
import { OutputLog } from './output-log.ts';

/** A lookupd as its program makes it, in this process. */
export interface OwnLookupd {
  readonly lookupd: Lookupd;
  readonly config: LookupdConfig;
  /** What it logs. */
  readonly log: OutputLog;
}

/** What a lookupd is made of that is given these options; what is not said is in a folder of the test. @throws Error when they are wrong */
export function makeLookupd(folder: string, flags: LookupdFlags): OwnLookupd {
  const all = { bind: ['127.0.0.1:0'], 'state-dir': join(folder, 'state'), ...flags };
  const { config, findings } = readLookupdConfig({ flags: all, env: {}, cwd: folder, home: folder, isRoot: false });
  if (config === undefined) {
    throw new Error(JSON.stringify(findings));
  }
  const log = new OutputLog();
  const write = (_fd: number, bytes: Uint8Array): number => {
    log.add(Buffer.from(bytes));
    return bytes.length;
  };
  const own = new Log({ ...config.log, ...(config.log.file === undefined && { write }) });
  return { lookupd: new Lookupd({ config, version: '1.2.3', log: own }), config, log };
}

/** Starts one; it is stopped with the test. */
export async function startLookupd(folder: string, flags: LookupdFlags = {}): Promise<OwnLookupd> {
  const own = makeLookupd(folder, flags);
  onTestFinished(() => own.lookupd.stop());
  await own.lookupd.start();
  return own;
}
