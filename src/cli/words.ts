/** What a parsed command line consists of, as far as its words are meant. */
interface Parsed {
  readonly raw: readonly { readonly type: string; readonly input: string }[];
}

/** The words of a command line that are no options, as typed: oclif sorts its `argv`, and of equal words it knows the first place only. */
export function wordsOf({ raw }: Parsed): readonly string[] {
  return raw.flatMap((token) => (token.type === 'arg' ? [token.input] : []));
}
