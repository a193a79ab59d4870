import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ProcessExit } from '../../src/job/exit.ts';
import { KeeperHost, type KeeperHostOptions } from '../../src/keeper/keeper-host.ts';
import { findKeeper } from '../../src/keeper/keeper-process.ts';
import { readLedger } from '../../src/runtime/child-ledger.ts';
import { endLeftovers } from '../../src/runtime/leftovers.ts';
import type { FoundProcess, HostedProcess, PipeSettings, StartRequest } from '../../src/supervisor/host.ts';
import type { ChildStream } from '../../src/supervisor/streams.ts';
import { tempFolder } from './temp-folder.ts';

const PROGRAM = process.env['KEEPER_PROGRAM'] ?? fileURLToPath(new URL('../../dist/programs/keeper.cjs', import.meta.url));

let sites = 0;

/** A folder with a keeper, to which one gafferd after the other comes; all ends with the test. */
export class KeeperSite {
  readonly folder: string;
  readonly runId: string;
  /** Why gafferds have lost their keeper. */
  readonly lost: string[] = [];
  readonly #hosts: KeeperHost[] = [];
  #lastId = 0;

  constructor(folder = join(tempFolder(), 'keeper')) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    sites += 1;
    this.folder = folder;
    this.runId = `keeper-test-${process.pid}-${sites}`;
    onTestFinished(async () => {
      for (const host of this.#hosts) {
        host.close();
      }
      const ledger = readLedger(folder);
      if (this.keeperPid !== undefined) {
        process.kill(this.keeperPid, 'SIGKILL');
      }
      await endLeftovers({ runId: this.runId, ledger, graceMs: 0 });
    });
  }

  /** The keeper's pid; undefined when none runs. */
  get keeperPid(): number | undefined {
    return findKeeper(this.folder)?.pid;
  }

  /** A gafferd comes. To be killed is for its keeper what `close` is. */
  async open(options: Partial<KeeperHostOptions> = {}): Promise<KeeperHost> {
    const host = await KeeperHost.open({
      folder: this.folder,
      keeper: PROGRAM,
      runId: this.runId,
      onLost: (reason) => void this.lost.push(reason),
      ...options,
    });
    this.#hosts.push(host);
    return host;
  }

  /** What starts a shell with a script, with two outputs if nothing else is said. */
  request(script: string, pipes: Partial<PipeSettings> = {}, rest: Partial<StartRequest> = {}): StartRequest {
    this.#lastId += 1;
    const who = { uid: undefined, gid: undefined, identity: undefined };
    const env = { PATH: process.env['PATH'] ?? '', GAFFER_RUN_ID: this.runId };
    const usual = { input: false, outputs: ['stdout', 'stderr'], customStreams: [], customChannels: [] };
    return { id: this.#lastId, file: 'sh', args: ['-c', script], env, cwd: '/', ...who, pipes: { ...usual, ...pipes }, note: { script }, ...rest };
  }
}

/** A process, as a gafferd sees it. */
export class Watched {
  readonly process: HostedProcess;
  readonly exit: Promise<{ readonly exit: ProcessExit; readonly atMs: number | undefined }>;
  /** What came of each stream since this gafferd has it. */
  readonly #chunks = new Map<string, Buffer[]>();
  readonly #news: (() => void)[] = [];

  constructor(process: HostedProcess, exit: Watched['exit']) {
    this.process = process;
    this.exit = exit;
    for (const [label, stream] of process.streams) {
      this.#chunks.set(label, []);
      stream.onData((chunk) => {
        this.#chunks.get(label)?.push(Buffer.from(chunk));
        this.#tell();
      });
      stream.onEnd(() => this.#tell());
    }
  }

  /** Starts one. */
  static start(host: KeeperHost, request: StartRequest): Promise<Watched> {
    return new Promise((resolve) => {
      let ended: (how: Awaited<Watched['exit']>) => void = () => undefined;
      const exit = new Promise<Awaited<Watched['exit']>>((told) => {
        ended = told;
      });
      host.start(request, { started: (process) => resolve(new Watched(process, exit)), exited: (how, atMs) => ended({ exit: how, atMs }) });
    });
  }

  /** Takes one over, before `begin`. */
  static follow(host: KeeperHost, found: FoundProcess | undefined): Watched {
    if (found === undefined) {
      throw new Error('no such process was found');
    }
    const exit = new Promise<Awaited<Watched['exit']>>((resolve) => {
      host.legacy?.follow(found.id, { started: () => undefined, exited: (how, atMs) => resolve({ exit: how, atMs }) });
    });
    return new Watched(found.process, exit);
  }

  #tell(): void {
    for (const news of this.#news.splice(0)) {
      news();
    }
  }

  stream(label = 'stdout'): ChildStream {
    const stream = this.process.streams.get(label);
    if (stream === undefined) {
      throw new Error(`it has no ${label}`);
    }
    return stream;
  }

  bytes(label = 'stdout'): Buffer {
    return Buffer.concat(this.#chunks.get(label) ?? []);
  }

  text(label = 'stdout'): string {
    return this.bytes(label).toString();
  }

  /** Resolves when what has come is as wanted. */
  async until(wanted: (text: string) => boolean, label = 'stdout'): Promise<void> {
    while (!wanted(this.text(label))) {
      await new Promise<void>((resolve) => this.#news.push(resolve));
    }
  }

  /** Resolves when the last thing that has come is this text. */
  async untilTail(end: string, label = 'stdout'): Promise<void> {
    while (!this.stream(label).tail().toString('latin1').endsWith(end)) {
      await new Promise<void>((resolve) => this.#news.push(resolve));
    }
  }

  /** Resolves when nothing more comes. */
  async end(label = 'stdout'): Promise<void> {
    await new Promise<void>((resolve) => void this.stream(label).onEnd(resolve));
  }
}
