import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectRoute, findRoute, matchPath, type Route } from '../../src/plugin/route-path.ts';

const route = (path: string, more: Partial<Route> = {}): Route => ({ method: 'GET', path, need: 'public', ...more });

describe('the path of a route', () => {
  it.each(['/', '/*', '/a', '/a/', '/a/*', '/:word', '/:word/', '/:word/*', '/a/:b/c/:d', '/ä b/@(x)', '/a.b-c~d', '/:__proto__'])(
    'may be %s',
    (path) => {
      expect(expectRoute(route(path))).toEqual(route(path));
    },
  );

  it.each(['', 'a', 'a/b', '//', '/a//b', '/a?b', '/a#b', '/*/a', '/a*', '/**', '/:', '/:a:b', '/a:b', '/:a-b', '/:a*', '/a\\?'])(
    'may not be "%s"',
    (path) => {
      expect(() => expectRoute(route(path))).toThrow(`route GET ${path}: expected a path like "/", "/jobs/:session/:job" or "/files/*"`);
    },
  );

  it('names no word twice, for one of them would be lost', () => {
    expect(() => expectRoute(route('/:a/:b/:a'))).toThrow('route GET /:a/:b/:a: expected each word once, got :a twice');
  });

  it.each([
    ['/', 'read job', ':session and :job'],
    ['/:job', 'manage job', ':session'],
    ['/:session', 'write job', ':job'],
    ['/:session_', 'read session', ':session'],
    ['/:job', 'read process', ':pid'],
  ] as const)('%s does not say whom "%s" is about', (path, need, missing) => {
    expect(() => expectRoute(route(path, { need }))).toThrow(`route GET ${path}: "${need}" expects ${missing} in the path`);
  });

  it.each(['', 'read', 'read ', 'read jobs', 'READ all', 'create_key', 'public all', 'admin ', 'manage all,key', 'constructor'])(
    'has no need "%s"',
    (need) => {
      expect(() => expectRoute({ method: 'GET', path: '/', need })).toThrow(`got "${need}"`);
    },
  );

  it.each(['get', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', '', 'GET '])('has no method "%s"', (method) => {
    expect(() => expectRoute({ method, path: '/', need: 'key' })).toThrow(
      `expected one of the methods GET, POST, PUT, PATCH, DELETE, got "${method}"`,
    );
  });

  it('is read in no time however long it is', () => {
    const start = performance.now();
    expect(() => expectRoute(route(`${'/a'.repeat(50_000)}?`))).toThrow('expected a path');
    expect(() => expectRoute(route(`/${':a'.repeat(50_000)}`))).toThrow('expected a path');
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('what stands in a path', () => {
  it.each([
    ['/', '/', {}],
    ['/', '/a', undefined],
    ['/a', '/a/', undefined],
    ['/a/', '/a', undefined],
    ['/a/', '/a/', {}],
    ['/*', '/', { '*': '' }],
    ['/*', '/a/b', { '*': 'a/b' }],
    ['/a/*', '/a', undefined],
    ['/a/*', '/a/', { '*': '' }],
    ['/a/*', '/a/b//c/', { '*': 'b//c/' }],
    ['/:x', '/', undefined],
    ['/:x', '/a', { x: 'a' }],
    ['/:x', '/a%2Fb', { x: 'a%2Fb' }],
    ['/:x', '/a/b', undefined],
    ['/:x/:y/*', '/a/b/c/d', { x: 'a', y: 'b', '*': 'c/d' }],
    ['/:__proto__', '/a', JSON.parse('{"__proto__":"a"}')],
    ['/:constructor', '/a', { constructor: 'a' }],
    ['/a', '/%61', {}],
    ['/ä b', '/%C3%A4%20b', {}],
    ['/a/b', '/a%2Fb', undefined],
    ['/a', '/%', undefined],
    ['/%', '/%', {}],
    ['/a', '/A', undefined],
  ])('%s of %s', (pattern, path, params) => {
    expect(matchPath(pattern, path)).toStrictEqual(params);
  });

  it('is all of what it was made of', () => {
    const word = fc.stringMatching(/^[a-zA-Z_]\w{0,6}$/);
    const part = fc.string({ minLength: 1, unit: 'grapheme' }).map(encodeURIComponent);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(word, part), { selector: ([name]) => name, maxLength: 5 }), fc.array(part), (words, rest) => {
        const pattern = `/${words.map(([name]) => `:${name}/`).join('')}*`;
        expectRoute(route(pattern));
        const path = `/${[...words.map(([, text]) => text), ...rest].join('/')}`;
        const found = matchPath(pattern, rest.length === 0 && words.length > 0 ? `${path}/` : path);
        expect(Object.entries(found ?? {})).toEqual(expect.arrayContaining([...words, ['*', rest.join('/')]]));
        expect(Object.keys(found ?? {})).toHaveLength(words.length + 1);
      }),
    );
  });

  it('is found for whatever anybody sends without an error', () => {
    fc.assert(fc.property(fc.constantFrom('/', '/a/:b/*', '/:a', '/a'), fc.string(), (pattern, path) => void matchPath(pattern, path)));
  });
});

describe('the route for a request', () => {
  const routes: readonly Route[] = [
    route('/*'),
    route('/:word'),
    route('/plain'),
    route('/plain', { method: 'POST' }),
    route('/:word/*', { method: 'PUT' }),
  ];
  const found = (method: string, path: string): unknown => {
    const answer = findRoute(routes, method, path);
    return 'route' in answer ? `${answer.route.method} ${answer.route.path}` : answer.allow;
  };

  it.each([
    ['GET', '/plain', 'GET /plain'],
    ['HEAD', '/plain', 'GET /plain'],
    ['POST', '/plain', 'POST /plain'],
    ['GET', '/other', 'GET /:word'],
    ['GET', '/a/b', 'GET /*'],
    ['PUT', '/a/b', 'PUT /:word/*'],
    ['DELETE', '/plain', ['POST', 'GET', 'HEAD']],
    ['OPTIONS', '/a/b', ['PUT', 'GET', 'HEAD']],
  ])('%s %s', (method, path, expected) => {
    const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.toSorted() : value);
    expect(sorted(found(method, path))).toEqual(sorted(expected));
  });
});
