import type { GafferEventBody } from '../job/event.ts';
import type { OutputStart, Unsubscribe } from '../job/node.ts';
import type { Clock } from './clock.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';
import type { Job } from './job.ts';
import { LaunchQueue } from './launch-queue.ts';
import { Listeners } from './listeners.ts';
import { PortList } from './ports.ts';
import { ProcessIndex } from './process-index.ts';

/** What a launcher works with. */
export interface LauncherRig {
  readonly clock: Clock;
  readonly host: () => Host;
  publish(event: GafferEventBody): void;
  /** A process has ended. */
  ended(instance: Instance): void;
}

/** Starts instances in their turn, tells of their outputs, and knows which processes there are. */
export class Launcher {
  /** The processes that there are. */
  readonly processes = new ProcessIndex();
  readonly #rig: LauncherRig;
  readonly #queue: LaunchQueue;
  readonly #ports: PortList;
  readonly #outputListeners = new Listeners<[OutputStart]>('outputs');

  constructor(rig: LauncherRig) {
    this.#rig = rig;
    this.#ports = new PortList(rig.clock);
    this.#queue = new LaunchQueue({ clock: rig.clock, host: rig.host });
  }

  /** Calls back with every output of every process from now on, before its first byte. */
  onOutput(listener: (start: OutputStart) => void): Unsubscribe {
    return this.#outputListeners.add(listener);
  }

  /** Starts an instance of a job as soon as it is its turn; of a job that is not loaded any more it can't be found by its pid. */
  async launch(job: Job, instance: Instance, isLoaded: boolean): Promise<void> {
    if (isLoaded) {
      this.#add(job, instance);
    }
    await this.#queue.add(instance, () => this.#start(job, instance));
    await instance.started;
    if (instance.kind === 'gone') {
      this.#remove(instance);
    }
  }

  /** Takes over an instance that runs already. */
  adopt(job: Job, instance: Instance): void {
    this.#add(job, instance);
  }

  /** Tells of the outputs of an instance that runs. */
  tellOutputs({ pid, slot, outputs, identity: { jobName } }: Instance): void {
    for (const [label, stream] of outputs) {
      this.#outputListeners.tell({ jobName, pid, slot, label, stream });
    }
  }

  #add(job: Job, instance: Instance): void {
    this.processes.add(job, instance);
    instance.onExit(() => this.#remove(instance));
  }

  #remove(instance: Instance): void {
    this.processes.remove(instance);
    this.#rig.ended(instance);
  }

  #start(job: Job, instance: Instance): void {
    const { jobName, slot } = instance.identity;
    if (instance.prepare() === undefined && instance.port !== undefined && this.#ports.has(instance.port)) {
      this.#rig.publish({ type: 'port_taken', name: jobName, slot, port: instance.port });
    }
    if (instance.kind !== 'waiting') {
      return; // whoever was told of the port has ended it
    }
    instance.start(() => {
      if (instance.osPid !== 0) {
        job.tellStart(instance);
      }
      this.tellOutputs(instance);
    });
  }
}
