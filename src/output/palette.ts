import { Chalk, type ChalkInstance } from 'chalk';

const COLORS = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'red',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'redBright',
  'blueBright',
] as const;

/** Gives each job its colour, in the order in which they are first asked for. */
export class Palette {
  readonly #chalk: ChalkInstance;
  readonly #colors = new Map<string, (text: string) => string>();

  /** @param enabled without it every text stays as it is */
  constructor(enabled: boolean) {
    this.#chalk = new Chalk({ level: enabled ? 1 : 0 });
  }

  /** Colours a text for a job. */
  paint(job: string, text: string): string {
    let color = this.#colors.get(job);
    if (color === undefined) {
      color = this.#chalk[COLORS[this.#colors.size % COLORS.length] ?? 'cyan'];
      this.#colors.set(job, color);
    }
    return color(text);
  }
}
