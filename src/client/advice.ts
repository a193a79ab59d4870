/** What somebody who asks a node can do where that fails. */
export interface Advice {
  /** The program that asks. */
  readonly program: string;
  /** Its option that names the node. */
  readonly option: string;
  /** How a node comes to be where none answers. */
  readonly away: string;
}

/** For whoever uses `gaffer`, or the library. */
export const GAFFER_ADVICE: Advice = { program: 'gaffer', option: '--endpoint', away: 'run "gaffer start" in this folder, start gafferd' };
