import type { RouteMethod, RouteNeed } from './plugin.ts';

/** What answers requests of one method for some paths below a plugin's. */
export interface Route {
  readonly method: RouteMethod;
  readonly path: string;
  readonly need: RouteNeed;
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies readonly RouteMethod[];

const NEED = /^(?:public|key|admin|(?:read|write|manage) (all|session|job|process))$/;

/** What has to stand in a path, so that a need knows whom it is about. */
const WORDS: Readonly<Record<string, readonly string[]>> = { session: ['session'], job: ['session', 'job'], process: ['pid'] };

/** @throws Error for what can't be a route: it is a mistake of who has written the plugin */
export function expectRoute({ method, path, need }: Readonly<Record<keyof Route, string>>): Route {
  if (!METHODS.includes(method)) {
    throw new Error(`route ${method} ${path}: expected one of the methods ${METHODS.join(', ')}, got "${method}"`);
  }
  if (!/^(?:\/(?:[^/?#*:]+|:\w+))*(?:\/\*?)?$/.test(path) || path === '') {
    throw new Error(`route ${method} ${path}: expected a path like "/", "/jobs/:session/:job" or "/files/*"`);
  }
  const [isNeed, target = ''] = NEED.exec(need) ?? [];
  if (isNeed === undefined) {
    throw new Error(`route ${method} ${path}: expected a need like "public", "key", "read all", "manage job", got "${need}"`);
  }
  const twice = namesOf(path).find((word, index, words) => words.indexOf(word) < index);
  if (twice !== undefined) {
    throw new Error(`route ${method} ${path}: expected each word once, got :${twice} twice`);
  }
  const missing = WORDS[target]?.filter((word) => !namesOf(path).includes(word)) ?? [];
  if (missing.length > 0) {
    throw new Error(`route ${method} ${path}: "${need}" expects ${missing.map((word) => `:${word}`).join(' and ')} in the path`);
  }
  return { method: method as RouteMethod, path, need: need as RouteNeed };
}

/** What stands in a path for the words of a route's, as it was sent; undefined where the route is not for that path. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [expected, parts] = [pattern.split('/'), path.split('/')];
  const params: [string, string][] = [];
  for (const [index, part] of expected.entries()) {
    const given = parts[index];
    if (given === undefined) {
      return undefined;
    }
    if (part === '*') {
      return Object.fromEntries([...params, ['*', parts.slice(index).join('/')]]);
    }
    if (part.startsWith(':') ? given === '' : part !== plain(given)) {
      return undefined;
    }
    if (part.startsWith(':')) {
      params.push([part.slice(1), given]);
    }
  }
  return parts.length === expected.length ? Object.fromEntries(params) : undefined;
}

/** What a part of a path says, however it was written. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The route for a request: of several the one that was told first, words before `*`. */
export function findRoute<R extends Route>(
  routes: readonly R[],
  method: string,
  path: string,
): { readonly route: R; readonly params: Readonly<Record<string, string>> } | { readonly allow: readonly string[] } {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const matching = routes
    .flatMap((route) => {
      const params = matchPath(route.path, path);
      return params === undefined ? [] : [{ route, params }];
    })
    .toSorted((one, other) => rank(one.route) - rank(other.route));
  const found = matching.find(({ route }) => route.method === wanted);
  return found ?? { allow: [...new Set(matching.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])))] };
}

/** Plain paths come before those with words, these before those with a rest. */
function rank({ path }: Route): number {
  return (path.endsWith('*') ? 1000 : 0) + namesOf(path).length;
}

function namesOf(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}
