import { formatAddress, isLocal } from '../../daemon/config/address.ts';
import type { DaemonConfig } from '../../daemon/config/config.ts';
import { asksForKeys } from '../../daemon/safety.ts';
import { isLoopbackUrl } from '../../loopback.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** What decides who gets in. */
export type AccessFacts = Pick<DaemonConfig, 'requireKey' | 'endpoints' | 'allowedOrigins' | 'allowedHosts'> & {
  /** How many keys there are; undefined where that can't be told. */
  readonly keys: number | undefined;
};

const say = diagnosesOf('access');

/** Judges where gafferd listens, whether it asks for keys there, and whether these can be read on the way. */
export function checkAccess(facts: AccessFacts): readonly Diagnosis[] {
  const { endpoints, requireKey, keys } = facts;
  const isAsked = asksForKeys(facts);
  const open = endpoints.filter(({ address }) => !isLocal(address));
  const told = isAsked
    ? [
        ...(keys === 0 ? [say.problem('no-keys', 'a key is asked for, and there is none: nobody gets in', 'gafferd --create-admin-user')] : []),
        ...open
          .filter(({ tls }) => tls === undefined)
          .map(({ address }) =>
            say.warning(
              'keys-in-clear',
              `keys go to ${formatAddress(address)} as everybody on the way can read them`,
              'gaffer certs create, then gafferd --certfile FILE --keyfile FILE',
            ),
          ),
      ]
    : [
        ...open.map(({ address }) =>
          say.problem(
            'open-to-all',
            `whoever reaches ${formatAddress(address)} can run anything here: no key is asked for`,
            requireKey === false ? 'leave out --no-require-key, and make an admin: gafferd --create-admin-user' : 'gafferd --require-key',
          ),
        ),
        ...checkPages(facts),
      ];
  const places = endpoints.map(({ address, tls }) => `${formatAddress(address)}${tls === undefined ? '' : ' (TLS)'}`).join(', ');
  const what = isAsked ? 'asks for a key there' : 'asks for no key, for only this machine reaches it';
  return told.length > 0 ? told : [say.ok('access', `gafferd listens on ${places}, and ${what}`)];
}

/** Judges which pages in a browser may drive a node that asks for no key. */
function checkPages({ allowedOrigins, endpoints }: AccessFacts): readonly Diagnosis[] {
  const isTcp = endpoints.some(({ address }) => address.kind === 'tcp');
  const [clear] = allowedOrigins.filter((origin) => origin.startsWith('http://') && !isLoopbackUrl(origin));
  if (isTcp && allowedOrigins.includes('*')) {
    return [
      say.problem(
        'any-page',
        'every web page that a user of this machine opens can run anything here: allowed_origins is *, and no key is asked for',
        'name the pages in allowed_origins, or gafferd --require-key',
      ),
    ];
  }
  return isTcp && clear !== undefined
    ? [say.warning('page-in-clear', `${clear} may run anything here, and everybody on its way can change it`, 'serve that page with https')]
    : [];
}
