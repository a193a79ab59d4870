/** So many names are told. */
const SOME = 8;

/** Names in a row, or the first of them where there are many. */
export function someOf(names: readonly string[]): string {
  return names.length > SOME ? `${names.slice(0, SOME).join(', ')} and ${names.length - SOME} more` : names.join(', ');
}
