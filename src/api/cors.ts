/**
 * The headers by which a browser lets a page of another origin read an answer.
 * @param isLogin what a browser knows by itself is a password there: a page must not be able to read what comes of that
 */
export function corsHeaders(origin: string | undefined, isLogin = false): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin === undefined || origin === 'null' ? '*' : origin,
    'access-control-allow-methods': 'POST, GET, PUT, DELETE, OPTIONS',
    'access-control-max-age': '86400',
    'access-control-allow-headers': 'X-Requested-With, X-HTTP-Method-Override, Content-Type, Accept, Authorization, X-Api-Key',
    ...(!isLogin && { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin',
  };
}
