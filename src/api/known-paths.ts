import { GafferError } from '../errors.ts';
import { shownUrl } from './access-log.ts';
import { type ErrorBody, errorBody, frameworkErrorBody } from './error-body.ts';
import { isOldPath, SWITCHED_OFF, unknownAction } from './old/old-paths.ts';
import type { Methods, Paths } from './operation.ts';

/** The methods that a path knows, for an `Allow` header. */
export function allowOf(methods: Methods): string {
  return [...Object.keys(methods), ...(methods.GET === undefined ? [] : ['HEAD']), 'OPTIONS'].join(', ');
}

/** What is answered where nothing is routed. */
export interface NothingThere {
  readonly body: ErrorBody;
  /** For a path that has other methods. */
  readonly allow?: string;
}

/** Knows the paths of an API, to say what is wrong with a request that fits none. */
export class KnownPaths {
  readonly #known: readonly { readonly pattern: RegExp; readonly allow: string }[];

  constructor(paths: Paths) {
    this.#known = Object.entries(paths).map(([path, methods]) => ({
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(':pid', '\\d+').replaceAll(/:\w+/g, '[^/]+')}$`),
      allow: allowOf(methods),
    }));
  }

  /** The answer for a path and a method that do not go together. @param hasOldApi whether the paths of 0.4 are served */
  nothingAt(url: string, hasOldApi = true): NothingThere {
    const [path = ''] = url.split('?');
    if (!hasOldApi && isOldPath(path)) {
      return { body: frameworkErrorBody(404, SWITCHED_OFF) };
    }
    const known = this.#known.find(({ pattern }) => pattern.test(path));
    if (known !== undefined) {
      return { body: frameworkErrorBody(405, `this path knows ${known.allow}`), allow: known.allow };
    }
    const action = unknownAction(path);
    if (action !== undefined) {
      return { body: errorBody(action) };
    }
    if (/^\/\d[^/]*(\/\d[^/]*)*$/.test(path)) {
      return { body: errorBody(new GafferError('invalid_operand', `expected a process's number as the path, got "${shown(path.slice(1))}"`)) };
    }
    return { body: frameworkErrorBody(404, `there is nothing at ${shown(path)}; /openapi.json tells what there is`) };
  }
}

function shown(text: string): string {
  const path = shownUrl(text);
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
