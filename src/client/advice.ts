/** What somebody who asks a node, or a lookupd, can do where that fails. */
export interface Advice {
  /** The program that asks. */
  readonly program: string;
  /** What it asks, in a word, and the program that is one. */
  readonly asked: string;
  readonly server: string;
  /** Its option that names the one to ask. */
  readonly option: string;
  /** What says where that one is; default the option. */
  readonly address?: string;
  /** How one comes to be where none answers. */
  readonly away: string;
  /** Its option that names a key, the variable that does so too, and how one comes by a key. */
  readonly keyOption: string;
  readonly keyVariable: string;
  readonly keySource: string;
}

/** For whoever uses `gaffer`, or the library. */
export const GAFFER_ADVICE: Advice = {
  program: 'gaffer',
  asked: 'node',
  server: 'gafferd',
  option: '--endpoint',
  away: 'run "gaffer start" in this folder, start gafferd',
  keyOption: '--api-key',
  keyVariable: 'GAFFER_API_KEY',
  keySource: 'gaffer login gets one',
};

/** For whoever asks a node that a lookupd has named. */
export const FOUND_NODE_ADVICE: Advice = {
  ...GAFFER_ADVICE,
  option: '--node',
  address: 'the --broadcast-address of its gafferd',
  away: 'start its gafferd',
};

/** For whoever asks a lookupd. */
export const LOOKUP_ADVICE: Advice = {
  program: 'gaffer',
  asked: 'lookupd',
  server: 'gaffer_lookupd',
  option: '-L',
  away: 'start gaffer_lookupd',
  keyOption: '--lookup-key',
  keyVariable: 'GAFFER_LOOKUP_KEY',
  keySource: "gaffer_lookupd --create-key '*+r' makes one",
};
