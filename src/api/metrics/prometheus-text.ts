import { Counter, Gauge, Registry } from 'prom-client';
import type { Labels, Series } from './series.ts';

const NONE: Labels = {};

/** Writes metrics as Prometheus reads them. Others have their turn in between: there can be thousands of jobs. */
export async function prometheusText(all: readonly Series[]): Promise<string> {
  const texts: string[] = [];
  for (const series of all.filter(({ samples }) => samples.length > 0)) {
    texts.push(await seriesText(series));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return `${texts.join('\n\n')}\n`;
}

/**
 * The numbers are given to the library as they are, and their labels as those that several share, of which it keeps the
 * text. To set each number by its labels takes it most of a scrape's time.
 */
async function seriesText({ type, name, help, samples }: Series): Promise<string> {
  const registry = new Registry(); // its own each time: who scrapes meanwhile gets his
  const options = { name, help, registers: [registry] };
  const metric = type === 'counter' ? new Counter(options) : new Gauge(options);
  const described = await metric.get();
  const values = samples.map(({ labels, value }) => ({ sharedLabels: labels, labels: NONE, value }));
  metric.get = () => Promise.resolve({ ...described, values });
  return await registry.getSingleMetricAsString(name);
}
