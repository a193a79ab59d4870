import type { Complaints } from './complaints.ts';
import type { SwitchOption, TextOption } from './flags.ts';
import { type DaemonInput, saidByVariable, saidOutside } from './outside.ts';
import { type Said, saidAlready, wordsOf } from './said.ts';
import type { Sections } from './sections.ts';
import { parsePath, parseSwitch } from './values.ts';

/** What the parts of a configuration are read from: options before variables before files. */
export class Reading {
  readonly input: DaemonInput;
  readonly sections: Sections;
  readonly complaints: Complaints;

  constructor(input: DaemonInput, sections: Sections, complaints: Complaints) {
    this.input = input;
    this.sections = sections;
    this.complaints = complaints;
  }

  /** What an option or its variable says. */
  option(option: TextOption): Said | undefined {
    return saidOutside(option, this.input)[0];
  }

  /** What the files say. */
  entry(section: string, key: string): Said | undefined {
    return this.sections.get(section)?.get(key);
  }

  /** What an option says, else its variable, else a key of `[gaffer]`. */
  said(option: TextOption, key: string): Said | undefined {
    return this.option(option) ?? this.entry('gaffer', key);
  }

  /** Whether something is on: an option says it, else its variable, else a key of `[gaffer]`; undefined if none does. */
  isOn(option: SwitchOption, key: string): boolean | undefined {
    return this.input.flags[option] ?? this.value(saidByVariable(option, this.input) ?? this.entry('gaffer', key), parseSwitch);
  }

  /** The words of a list; the first of option, variable and `[gaffer]` that says something says all. */
  words(option: TextOption, key: string): readonly Said[] {
    const outside = saidOutside(option, this.input);
    const entry = this.entry('gaffer', key);
    return (outside.length === 0 && entry !== undefined ? [entry] : outside).flatMap(wordsOf);
  }

  /** The one of two words for the same that is said; both are an error. */
  oneOf(one: Said | undefined, other: Said | undefined): Said | undefined {
    if (one !== undefined && other !== undefined) {
      this.complaints.error(other, saidAlready(one));
    }
    return one ?? other;
  }

  /** The value that a text stands for; undefined if it is said by nobody, or wrong and complained of. */
  value<T>(said: Said | undefined, parse: (text: string) => T): T | undefined {
    return this.complaints.read(said, parse);
  }

  /** The values of several texts, without those that are wrong. */
  values<T>(said: readonly Said[], parse: (text: string) => T): readonly T[] {
    return said.flatMap((one) => this.value(one, (text) => [parse(text)]) ?? []);
  }

  /** The absolute path that a text stands for. */
  path(said: Said | undefined): string | undefined {
    return said === undefined ? undefined : this.value(said, parsePath({ folder: said.folder, home: this.input.home }));
  }
}
