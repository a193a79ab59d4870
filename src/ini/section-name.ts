/** What the name of a job's section tells. */
export interface SectionName {
  readonly kind: 'job' | 'env';
  readonly session: string | undefined;
  readonly name: string;
}

/**
 * Reads `process:NAME`, `job:SESSION:NAME`, `env:SESSION/NAME` and the like; session and name are parted by the first
 * `/`, without one by the first `:`, without one by the first `.`. Undefined for any other section.
 */
export function parseSectionName(text: string): SectionName | undefined {
  const [, prefix, rest = ''] = /^(process|job|env)\s*:\s*(.*)$/s.exec(text) ?? [];
  if (prefix === undefined) {
    return undefined;
  }
  const separator = ['/', ':', '.'].find((candidate) => rest.includes(candidate));
  const at = separator === undefined ? -1 : rest.indexOf(separator);
  const session = at === -1 ? undefined : rest.slice(0, at).trim();
  const name = rest.slice(at + 1).trim();
  return name === '' || session === '' ? undefined : { kind: prefix === 'env' ? 'env' : 'job', session, name };
}
