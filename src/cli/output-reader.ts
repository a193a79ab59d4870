import type { RemoteNode } from '../client/remote-node.ts';
import type { RemoteStream } from '../client/remote-stream.ts';
import { GafferError } from '../errors.ts';
import { parseJobName } from '../job/name.ts';
import { complain } from './complain.ts';
import type { ProcessTarget } from './process-target.ts';
import type { ProcessWatch } from './process-watch.ts';
import type { RawOutput } from './view/raw-output.ts';

/** Which output is read, and where it goes. */
export interface OutputReading {
  readonly node: RemoteNode;
  readonly label: string;
  readonly out: RawOutput;
  /** The place in the stream to begin behind; undefined: with what comes next. */
  readonly from?: number | undefined;
}

/** How long after the end of a stream its process may be seen to end, or the node to go away, before neither is the reason. */
const REASON_MS = 500;

/** How long after a stream the rest of the connections may be seen to break. */
const BREAK_MS = 100;

/** More than a node keeps. */
const EVERYTHING = 1_000_000;

/**
 * Reads an output of a process, byte by byte as it is: over another connection it goes on where it was, as far as the node
 * has kept what came meanwhile.
 */
export class OutputReader {
  readonly #reading: OutputReading;
  #offset: number | undefined;
  #wasFull = false;

  constructor(reading: OutputReading) {
    this.#reading = reading;
    this.#offset = reading.from;
  }

  /** The place behind what was read. */
  get offset(): number {
    return this.#offset ?? 0;
  }

  /** Reads to the end of the output. @throws GafferError what `lasting` waits for when the connection is lost before */
  async read(target: ProcessTarget, watch: ProcessWatch): Promise<void> {
    const { node, label } = this.#reading;
    for (;;) {
      let stream: RemoteStream;
      try {
        stream = await node.stream(target.pid, label, this.#offset);
      } catch (error) {
        if (!(error instanceof GafferError) || error.code !== 'process_not_found') {
          throw error;
        }
        await this.#readRest(target, this.#offset); // it has ended meanwhile
        return;
      }
      this.#skipTo(stream.offset, target);
      await this.#pump(stream);
      if (!stream.isBroken) {
        // the end can be that of the process, that of its output alone, or the node's
        await Promise.race([watch.lost, watch.exited, sleep(REASON_MS)]);
        return;
      }
      await Promise.race([watch.lost, sleep(BREAK_MS)]);
    }
  }

  /** Passes on what comes over one connection, at the pace of whoever reads here. */
  async #pump(stream: RemoteStream): Promise<void> {
    const { out } = this.#reading;
    await new Promise<void>((resolve) => {
      stream.onData((chunk) => {
        this.#offset = stream.offset;
        out.push(Buffer.from(chunk)); // its bytes are valid during the call only
        if (out.isFull) {
          this.#wasFull = true;
          out.onRoom(stream.hold());
        }
      });
      stream.onEnd(resolve);
    });
  }

  /** What is kept of a process that has ended, behind a place. */
  async #readRest(target: ProcessTarget, from: number | undefined): Promise<void> {
    const { node, label, out } = this.#reading;
    const job = parseJobName(target.info.name);
    for (const entry of from === undefined ? [] : await node.recentLog({ job, label }, EVERYTHING)) {
      if (entry.kind === 'output' && entry.pid === target.pid) {
        const told = Math.max(0, (from ?? 0) - entry.offset);
        if (told < entry.data.length) {
          this.#skipTo(entry.offset + told, target);
          out.push(entry.data.subarray(told));
          this.#offset = entry.offset + entry.data.length;
        }
      }
    }
  }

  #skipTo(offset: number, target: ProcessTarget): void {
    const missing = offset - (this.#offset ?? offset);
    if (missing > 0) {
      const why = this.#wasFull ? 'they came faster than they were read' : 'the node does not keep more';
      complain(`${missing} bytes of ${target.name} were left out: ${why}`);
    }
    this.#offset = offset;
    this.#wasFull = false;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
