import type { StdioOptions } from 'node:child_process';
import { closeSync, fchownSync } from 'node:fs';
import type { FifoPool, Pipe } from './fifo-pool.ts';
import type { PipeSettings } from './host.ts';
import type { Identity } from './identity.ts';
import type { ReadPacer } from './read-pacer.ts';
import type { Child } from './spawn.ts';
import { type ChildStream, FifoStream, PipeStream } from './streams.ts';

/** What pipes are made of and read with. */
export interface PipeRig {
  readonly fifos: FifoPool;
  readonly readBuffer: Buffer;
  readonly pacer: ReadPacer;
}

/** The descriptors of a process that is about to be started, and afterwards its streams. */
export class InstancePipes {
  readonly #settings: PipeSettings;
  readonly #rig: PipeRig;
  /** FIFOs by label. Without them Node's own pipes do, but those can't be shared by stdout and stderr. */
  readonly #fifos = new Map<string, Pipe>();

  /** @param identity who the process runs as: it must be able to open its own /dev/stdout */
  constructor(settings: PipeSettings, identity: Identity | undefined, rig: PipeRig) {
    this.#settings = settings;
    this.#rig = rig;
    for (const label of new Set(settings.outputs)) {
      const pipe = rig.fifos.take();
      if (pipe !== undefined) {
        if (identity !== undefined && process.geteuid?.() === 0) {
          fchownSync(pipe.writeFd, identity.uid ?? -1, identity.gid ?? -1);
        }
        this.#fifos.set(label, pipe);
      }
    }
  }

  /** What the process gets as its descriptors, from 0. */
  get stdio(): StdioOptions {
    const { input, outputs, customStreams, customChannels } = this.#settings;
    const output = (label: string | undefined): number | 'pipe' | 'ignore' =>
      label === undefined ? 'ignore' : (this.#fifos.get(label)?.writeFd ?? 'pipe');
    return [input ? 'pipe' : 'ignore', output(outputs[0]), output(outputs[1]), ...customStreams.map(() => 'pipe' as const), ...customChannels];
  }

  /** Closes the process's ends and reads from ours, also when it could not be started: then they end at once. */
  open(child: Child): Map<string, ChildStream> {
    const streams = new Map<string, ChildStream>();
    for (const [label, pipe] of this.#fifos) {
      closeSync(pipe.writeFd);
      streams.set(label, new FifoStream(pipe.readFd, this.#rig.readBuffer, this.#rig.pacer));
    }
    if (child.osPid !== undefined) {
      this.#adopt(child, streams);
    }
    return streams;
  }

  /** Adds the pipes that Node has made. */
  #adopt(child: Child, streams: Map<string, ChildStream>): void {
    const { outputs, customStreams } = this.#settings;
    const adopt = (descriptor: number, label: string | undefined, writable: boolean): void => {
      const pipe = child.pipe(descriptor);
      if (pipe !== undefined && label !== undefined) {
        streams.set(streams.has(label) ? `${label}-${descriptor}` : label, new PipeStream(pipe, writable));
      }
    };
    adopt(0, 'stdin', true);
    adopt(1, outputs[0], false);
    adopt(2, outputs[1], false);
    for (const [index, label] of customStreams.entries()) {
      adopt(3 + index, label, true);
    }
  }
}
