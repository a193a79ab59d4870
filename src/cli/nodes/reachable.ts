import { GafferError } from '../../errors.ts';
import { isLoopbackUrl } from '../../loopback.ts';

/**
 * Keeps a command from the wrong node: one of another machine that says that it is at a loopback address would be looked for on this one.
 * @param lookups where the lookupd servers are that name it: where one of them is on this machine, so may the node be
 * @throws GafferError `unreachable`
 */
export function expectReachable(origin: string, lookups: readonly string[]): void {
  const isOnThis = (url: string): boolean => url.startsWith('unix:') || isLoopbackUrl(url);
  if (isOnThis(origin) && !lookups.some(isOnThis)) {
    throw new GafferError(
      'unreachable',
      `it says that it is at ${origin}, which only its own machine can reach: bind its gafferd elsewhere, or give it a --broadcast-address`,
    );
  }
}
