import type { LookupEvent } from '../../protocol/lookup-event.ts';
import type { DoctorPaint } from './doctor-text.ts';
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

/** The colours of what a doctor finds, or none. */
export async function doctorPaint(color: boolean): Promise<DoctorPaint> {
  if (!color) {
    return { level: (_level, text) => text, title: (text) => text, remedy: (text) => text };
  }
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const levels = { problem: chalk.bold.red, warning: chalk.yellow, advice: chalk.cyan, ok: chalk.green };
  return { level: (level, text) => levels[level](text), title: (text) => chalk.bold(text), remedy: (text) => chalk.bold(text) };
}

/** A colour for each kind of what a lookupd tells, or none. */
export async function eventPaint(color: boolean): Promise<(event: LookupEvent['event'], text: string) => string> {
  if (!color) {
    return (_event, text) => text;
  }
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const events = {
    add_node: chalk.dim,
    identify: chalk.cyan,
    remove_node: chalk.red,
    add_job: chalk.green,
    remove_job: chalk.magenta,
    add_process: chalk.blue,
    remove_process: chalk.yellow,
  };
  return (event, text) => events[event](text);
}
