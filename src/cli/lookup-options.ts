import * as Flags from '@oclif/core/flags';
import type { LookupOptions } from '../client/lookup.ts';
import type { Lookups } from '../client/lookups.ts';
import type { GafferError } from '../errors.ts';
import { complain } from './complain.ts';
import { expectKey } from './key-text.ts';
import { givenLookupds, type LookupFlagValues, lookupFlags } from './lookup-flags.ts';
import { placeFlags, tlsOf } from './node-options.ts';
import { parseTimeout } from './seconds.ts';

/** Options of commands that ask lookupds alone. */
export const lookupCommandFlags = {
  ...lookupFlags,
  cacert: placeFlags.cacert,
  certfile: placeFlags.certfile,
  keyfile: placeFlags.keyfile,
  timeout: Flags.string({
    description: 'how long a lookupd may take to begin an answer (default 5)',
    helpValue: 'SECONDS',
    env: 'GAFFER_TIMEOUT',
    helpGroup: 'LOOKUP',
  }),
};

/** Those options as they were parsed. */
export interface LookupCommandValues extends LookupFlagValues {
  readonly cacert?: string | undefined;
  readonly certfile?: string | undefined;
  readonly keyfile?: string | undefined;
  readonly timeout?: string | undefined;
}

/** The variable that names lookupds, parted by commas or blanks. */
const VARIABLE = 'GAFFER_LOOKUPD';

/** The lookupds that are named: by options, else by the environment; none where nobody has named one. @throws GafferError `bad_usage` */
export function namedLookupds(flags: LookupFlagValues, env: NodeJS.ProcessEnv): readonly string[] {
  const named = givenLookupds(flags);
  return named.length > 0 ? named : (env[VARIABLE] ?? '').split(/[\s,]+/).filter((one) => one !== '');
}

/** Does something with the lookupds that are named, and closes the connections. @throws GafferError */
export async function onLookups<T>(flags: LookupCommandValues, act: (lookups: Lookups) => Promise<T>): Promise<T> {
  const lookups = await openLookups(flags);
  try {
    return await act(lookups);
  } finally {
    lookups.close();
  }
}

/** The lookupds that are named, or the one that there is by default; whoever opens them closes them. @throws GafferError `bad_usage` */
export async function openLookups(flags: LookupCommandValues): Promise<Lookups> {
  const [{ DEFAULT_LOOKUPD }, { Lookups: Several }] = await Promise.all([import('../client/lookup.ts'), import('../client/lookups.ts')]);
  const named = namedLookupds(flags, process.env);
  return new Several(await Promise.all((named.length > 0 ? named : [DEFAULT_LOOKUPD]).map((endpoint) => optionsFor(flags, endpoint))));
}

/** Says which lookupds are not in an answer, and why. */
export function tellFailures({ failures }: { readonly failures: readonly { readonly error: GafferError }[] }): void {
  for (const { error } of failures) {
    complain(`${error.message}; what it knows is missing here`);
  }
}

async function optionsFor({ 'lookup-key': key = '', timeout, ...flags }: LookupCommandValues, endpoint: string): Promise<LookupOptions> {
  const [{ parseEndpoint }, { DEFAULT_LOOKUPD }, { storedKey }] = await Promise.all([
    import('../client/endpoint.ts'),
    import('../client/lookup.ts'),
    import('./stored-key.ts'),
  ]);
  const { text: place } = parseEndpoint(endpoint, DEFAULT_LOOKUPD);
  return {
    endpoint,
    apiKey: key === '' ? storedKey(place, process.env) : expectKey('--lookup-key', key),
    tls: await tlsOf(flags, endpoint),
    ...(timeout !== undefined && { timeoutMs: parseTimeout(timeout) }),
  };
}
