/** The headers by which a browser lets a page of another origin read an answer. */
export function corsHeaders(origin: string | undefined): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin === undefined || origin === 'null' ? '*' : origin,
    'access-control-allow-methods': 'POST, GET, PUT, DELETE, OPTIONS',
    'access-control-max-age': '86400',
    'access-control-allow-headers': 'X-Requested-With, X-HTTP-Method-Override, Content-Type, Accept, Authorization, X-Api-Key',
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  };
}
