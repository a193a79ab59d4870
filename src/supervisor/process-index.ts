import { GafferError } from '../errors.ts';
import type { Instance } from './instance.ts';
import type { Job } from './job.ts';
import type { ChildStream } from './streams.ts';

/** A process and the job that it belongs to. */
export interface IndexedProcess {
  readonly job: Job;
  readonly instance: Instance;
}

/** Finds processes by their pid, from their launch to their end. */
export class ProcessIndex {
  readonly #byPid = new Map<number, IndexedProcess>();

  get pids(): readonly number[] {
    return [...this.#byPid.keys()];
  }

  add(job: Job, instance: Instance): void {
    this.#byPid.set(instance.pid, { job, instance });
  }

  remove(instance: Instance): void {
    this.#byPid.delete(instance.pid);
  }

  /** @throws GafferError `process_not_found` */
  get(pid: number): IndexedProcess {
    const found = this.#byPid.get(pid);
    if (found === undefined) {
      throw new GafferError('process_not_found', `no process ${pid} is running`);
    }
    return found;
  }

  /** A stream of a process by its label, without one its first output. @throws GafferError `process_not_found`, `stream_not_found` */
  stream(pid: number, label?: string): ChildStream {
    const { instance } = this.get(pid);
    const wanted = label ?? instance.identity.settings.outputs[0];
    const stream = wanted === undefined ? undefined : instance.streams.get(wanted);
    if (stream === undefined) {
      const labels = [...instance.streams.keys()].join(', ') || 'none';
      const reason = wanted === undefined ? 'no output that was redirected (redirect_output)' : `no stream "${wanted}"; its streams: ${labels}`;
      throw new GafferError('stream_not_found', `process ${pid} has ${reason}`);
    }
    return stream;
  }
}
