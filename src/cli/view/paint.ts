import type { PsOptions } from './ps-text.ts';

/** The colours of lists, or none; chalk is loaded only where there are some. */
export async function psPaint(color: boolean): Promise<PsOptions['paint']> {
  if (!color) {
    return { title: (text) => text, trouble: (text) => text, aside: (text) => text };
  }
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { title: (text) => chalk.bold.green(text), trouble: (text) => chalk.yellow(text), aside: (text) => chalk.dim(text) };
}
