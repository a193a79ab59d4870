import { harmlessLine } from '../finding.ts';
import { MAX_PREFIX_BYTES } from './line-memory.ts';
import type { Palette } from './palette.ts';

/** How the time stands before a line. */
export type TimestampStyle = 'clock' | 'iso' | 'none';

/** How lines look. */
export interface LineFormatOptions {
  readonly timestamp: TimestampStyle;
  /** Put the bars of all names in a column. */
  readonly align: boolean;
  /** No prefix at all. */
  readonly raw: boolean;
  readonly palette: Palette;
  /** Milliseconds since the epoch; default the machine's clock. */
  readonly now?: () => number;
}

/** Makes what stands before a line: `15:31:52 dummy | `. */
export class LineFormat {
  readonly #options: LineFormatOptions;
  readonly #now: () => number;
  #width = 0;
  #stampAt = Number.NaN;
  #stamp = '';
  /** Changes whenever a prefix has to be made anew. */
  #version = 0;

  constructor(options: LineFormatOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Makes room for a name: bars of the lines to come stand behind the longest. */
  reserve(name: string): void {
    if (this.#options.align && name.length > this.#width) {
      this.#width = name.length;
      this.#version += 1;
    }
  }

  /** The prefixes of one name's lines; made when they are needed, and again when the time or the width changes. */
  prefix(job: string, name: () => string): () => Buffer {
    if (this.#options.raw) {
      const none = Buffer.alloc(0);
      return () => none;
    }
    let version = -1;
    let shown = '';
    let bytes = Buffer.alloc(0);
    return () => {
      this.#tick();
      const present = name();
      if (version !== this.#version || shown !== present) {
        version = this.#version;
        shown = present;
        bytes = Buffer.from(this.#make(job, present)).subarray(0, MAX_PREFIX_BYTES);
      }
      return bytes;
    };
  }

  #make(job: string, name: string): string {
    const text = `${this.#stamp}${harmlessLine(name).padEnd(this.#width)} |`;
    return `${this.#options.palette.paint(job, text)} `;
  }

  #tick(): void {
    const { timestamp } = this.#options;
    if (timestamp === 'none') {
      return;
    }
    const now = this.#now();
    const unit = timestamp === 'clock' ? Math.floor(now / 1000) : now;
    if (unit !== this.#stampAt) {
      this.#stampAt = unit;
      this.#stamp = `${timestamp === 'clock' ? clockTime(new Date(now)) : new Date(now).toISOString()} `;
      this.#version += 1;
    }
  }
}

/** The time of day: `15:31:52`. */
export function clockTime(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
