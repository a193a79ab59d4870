import type { ProcessSample } from '../job/stats.ts';
import { CpuMeter } from './cpu-meter.ts';
import type { Measured, UsageSource } from './stats-sampler.ts';

/** Measures processes for one who looks again and again: how busy they are is told since his own last look. */
export class StatsLook {
  readonly #source: UsageSource;
  readonly #meters = new WeakMap<Measured, CpuMeter>();

  constructor(source: UsageSource) {
    this.#source = source;
  }

  /** Undefined when the system tells nothing of it (any more, or yet). */
  async sample(measured: Measured): Promise<ProcessSample | undefined> {
    const usage = await this.#source.usage(measured);
    if (usage === undefined) {
      return undefined;
    }
    const meter = this.#meters.get(measured) ?? new CpuMeter(usage);
    this.#meters.set(measured, meter);
    const { rssBytes, vszBytes, cpuSeconds } = usage;
    return { rssBytes, vszBytes, cpuSeconds, ...meter.look(usage) };
  }
}
