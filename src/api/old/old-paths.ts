import { GafferError } from '../../errors.ts';

/** Where the paths of 0.4 begin. What goes on over `/streams` and `/wstreams` is of today too, and not among them. */
const OLD = /^\/(?:processes|status|groups|stats|watch)(?:\/|$)/;

/** Whether a path is one that 0.4 served and 0.5 did not. */
export function isOldPath(path: string): boolean {
  return OLD.test(path);
}

/** What is answered at a path of 0.4 where they are not served. */
export const SWITCHED_OFF =
  'this is a path of gaffer 0.4, and they are switched off here; /openapi.json tells what there is, old_api = on in gafferd.ini brings them back';

/** What is wrong with a path whose action there is not; undefined for other paths. */
export function unknownAction(path: string): GafferError | undefined {
  const [, family, action, rest] = /^\/(processes|groups)\/[^/]+\/(_[^/]*)(\/.*)?$/.exec(path) ?? [];
  if (family === undefined || action === undefined) {
    return undefined;
  }
  if (family === 'processes' && action === '_signal' && (rest === undefined || rest === '/')) {
    return new GafferError('signal_missing', 'expected a signal behind it, _signal/1 or _signal/HUP, got none');
  }
  const actions = family === 'groups' ? '_start, _stop or _restart' : '_start, _stop, _restart, _add/N, _sub/N, _signal/N or _pids';
  return new GafferError('action_not_found', `expected ${actions} at the end of the path, got "${(action + (rest ?? '')).slice(0, 60)}"`);
}
