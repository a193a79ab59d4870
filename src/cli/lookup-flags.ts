import * as Flags from '@oclif/core/flags';
import { GafferError } from '../errors.ts';

const list = { multiple: true, multipleNonGreedy: true, delimiter: ',', helpGroup: 'LOOKUP' } as const;
const lookup = { ...list, char: 'L', helpValue: 'URL' } as const;
const aliases = ['lookupd-address'];

const lookupKey = Flags.string({
  description: 'the key, where a lookupd asks for one; no node is shown it',
  helpValue: 'KEY',
  env: 'GAFFER_LOOKUP_KEY',
  helpGroup: 'LOOKUP',
});

/** Options that say which lookupd servers are asked, and with which key. */
export const lookupFlags = {
  lookup: Flags.string({
    ...lookup,
    aliases,
    description:
      '[env: GAFFER_LOOKUPD] a lookupd to ask (default http://127.0.0.1:5010); a list, or given again, adds more: what they answer is merged',
  }),
  'lookup-key': lookupKey,
};

/** Options of commands that act on the nodes that lookupd servers name. */
export const throughLookupFlags = {
  lookup: Flags.string({
    ...lookup,
    aliases,
    description: 'a lookupd: the command is about the nodes that run the application as it tells; a list, or given again, adds more of them',
  }),
  node: Flags.string({
    ...list,
    description: 'with -L: only the nodes of that name, * in it stands for anything; a list, or given again, adds more',
    helpValue: 'NAME',
  }),
  'lookup-key': lookupKey,
};

/** Those options as they were parsed. */
export interface LookupFlagValues {
  readonly lookup?: readonly string[] | undefined;
  readonly node?: readonly string[] | undefined;
  readonly 'lookup-key'?: string | undefined;
}

/** The lookupds that the command line names. @throws GafferError `bad_usage` for an option without any: another lookupd would not be the one that is meant */
export function givenLookupds({ lookup }: LookupFlagValues): readonly string[] {
  const named = (lookup ?? []).map((one) => one.trim()).filter((one) => one !== '');
  if (lookup !== undefined && lookup.length > 0 && named.length === 0) {
    throw new GafferError('bad_usage', `--lookup: expected a lookupd like "http://127.0.0.1:5010", got "${lookup.join(',')}"`);
  }
  return named;
}
