import { GafferError } from '../../errors.ts';
import type { Finding } from '../../finding.ts';
import type { Said } from './said.ts';

/** Collects everything that is wrong with a configuration, so that it is told at once. */
export class Complaints {
  readonly #findings: Finding[] = [];

  /** The findings of a file together, by line; files in the order in which they were first complained of. */
  get findings(): readonly Finding[] {
    const files = [...new Set(this.#findings.map(({ file }) => file))];
    return files.flatMap((file) => this.#findings.filter((finding) => finding.file === file).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  }

  /** Whether there is an error among them. */
  get hasErrors(): boolean {
    return this.#findings.some(({ level }) => level === 'error');
  }

  /** Takes over what others have found. */
  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#findings.push(finding);
    }
  }

  /** Says that something can't be used. */
  error(said: Said, message: string): void {
    this.#say('error', said, message);
  }

  /** Says that something is doubtful. */
  warning(said: Said, message: string): void {
    this.#say('warning', said, message);
  }

  /** The value that a text stands for; undefined if it is said by nobody, or wrong and complained of. */
  read<T>(said: Said | undefined, parse: (text: string) => T): T | undefined {
    if (said === undefined) {
      return undefined;
    }
    try {
      return parse(said.text);
    } catch (error) {
      if (!(error instanceof GafferError)) {
        throw error;
      }
      this.error(said, error.message);
      return undefined;
    }
  }

  #say(level: Finding['level'], { source, line, entry }: Said, message: string): void {
    const text = entry === undefined ? message : `${entry}: ${message}`;
    this.#findings.push({ file: source, ...(line !== undefined && { line }), level, message: text });
  }
}
