/** A number that was told, and its labels. */
export interface ToldSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric that was told. */
export interface ToldMetric {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ToldSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Reads the text format of Prometheus, as strictly as its definition has it; throws where a line is not as it should be. */
export function readPrometheus(text: string): Told {
  if (!text.endsWith('\n')) {
    throw new Error('the last line has no end');
  }
  const metrics = new Map<string, ToldMetric & { readonly samples: ToldSample[] }>();
  let help: { readonly name: string; readonly text: string } | undefined;
  let current = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      help = { name, text: rest };
    } else if (keyword === 'TYPE') {
      if (metrics.has(name) || help?.name !== name || help.text === '' || !NAME.test(name)) {
        throw new Error(`${name} has no name that can be, comes twice or is not described`);
      }
      metrics.set(name, { help: help.text, type: rest, samples: [] });
      current = name;
    } else {
      const sample = readSample(line);
      if (sample.name !== current) {
        throw new Error(`${line} stands below ${current}`);
      }
      metrics.get(current)?.samples.push(sample);
    }
  }
  return new Told(metrics);
}

function readSample(line: string): ToldSample & { readonly name: string } {
  const name = /^[^\s{]+/.exec(line)?.[0] ?? '';
  let at = name.length;
  const labels: Record<string, string> = {};
  while (line[at] === '{' || line[at] === ',') {
    const label = /^[a-zA-Z_][a-zA-Z0-9_]*(?==")/.exec(line.slice(at + 1))?.[0];
    if (label === undefined || label in labels) {
      throw new Error(`no label at ${at} of ${line}`);
    }
    at += label.length + 3;
    let value = '';
    for (; line[at] !== '"'; at += 1) {
      if (at >= line.length) {
        throw new Error(`a label without an end: ${line}`);
      }
      if (line[at] === '\\') {
        at += 1;
        value += { '\\': '\\', '"': '"', n: '\n' }[line[at] ?? ''] ?? fail(`an unknown escape at ${at} of ${line}`);
      } else {
        value += line[at] ?? '';
      }
    }
    labels[label] = value;
    at += 1;
    if (line[at] === '}') {
      at += 1;
      break;
    }
  }
  const number = line.slice(at);
  if (!/^ (-?\d+(\.\d+)?(e[-+]\d+)?)$/.test(number)) {
    throw new Error(`no number behind ${line.slice(0, at)}: ${number}`);
  }
  return { name, labels, value: Number(number) };
}

function fail(message: string): never {
  throw new Error(message);
}

/** What was told at once. */
export class Told {
  readonly metrics: ReadonlyMap<string, ToldMetric>;

  constructor(metrics: ReadonlyMap<string, ToldMetric>) {
    this.metrics = metrics;
  }

  /** The numbers of a metric that have these labels, among others. */
  all(name: string, labels: Readonly<Record<string, string>> = {}): readonly ToldSample[] {
    const wanted = Object.entries(labels);
    return (this.metrics.get(name)?.samples ?? []).filter((sample) => wanted.every(([label, value]) => sample.labels[label] === value));
  }

  /** The one number that has these labels; undefined when there is none. */
  one(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.all(name, labels);
    if (found.length > 1) {
      throw new Error(`${found.length} numbers of ${name} have the labels ${JSON.stringify(labels)}`);
    }
    return found[0]?.value;
  }

  /** Every number of every counter, by its name and labels. */
  get counters(): ReadonlyMap<string, number> {
    const counters = [...this.metrics].filter(([, { type }]) => type === 'counter');
    return new Map(
      counters.flatMap(([name, { samples }]) => samples.map(({ labels, value }) => [`${name} ${JSON.stringify(labels)}`, value] as const)),
    );
  }
}
