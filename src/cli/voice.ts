import { type Advice, GAFFER_ADVICE } from '../client/advice.ts';

/** How a program of this package calls itself, and what it advises: only what it can do itself. */
export interface Voice {
  /** What complaints begin with. */
  readonly name: string;
  /** The command line that shows what there is on a node. */
  readonly lists: string;
  /** Those that put jobs onto a node and start them. */
  readonly loads: string;
  readonly starts: string;
  /** What is advised where a node can't be asked. */
  readonly advice: Advice;
  /** Where else a job's application is named, as the end of a sentence. */
  readonly otherApp: string;
}

/** The voice of `gaffer`. */
export const GAFFER_VOICE: Voice = {
  name: 'gaffer',
  lists: 'gaffer ps',
  loads: 'gaffer load',
  starts: 'gaffer ps:start',
  advice: GAFFER_ADVICE,
  otherApp: '; --app names another',
};

/** A process runs one program, so this is said once, when it begins. */
let own = GAFFER_VOICE;

/** From now on the process speaks as that program. */
export function speakAs(voice: Voice): void {
  own = voice;
}

/** The voice of the program that runs. */
export function voice(): Voice {
  return own;
}
