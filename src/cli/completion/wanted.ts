import { OPTION_WORDS } from './option-words.ts';
import type { TypedLine } from './typed-line.ts';
import { type CompletedProgram, NOTHING, type WordKind, type Words } from './word-kind.ts';

/** What has to be asked for before a word can be completed. */
export type Source = 'jobs' | 'Procfile' | 'users' | 'keys' | 'webhooks' | 'streams' | 'endpoints' | 'nodes' | 'lookupds';

const SOURCES: Readonly<Partial<Record<WordKind, Source>>> = {
  job: 'jobs',
  instance: 'jobs',
  pid: 'jobs',
  app: 'jobs',
  change: 'jobs',
  event: 'jobs',
  'old event': 'jobs',
  permission: 'jobs',
  stream: 'streams',
  'custom stream': 'streams',
  webhook: 'webhooks',
  user: 'users',
  key: 'keys',
  'process type': 'Procfile',
  formation: 'Procfile',
  endpoint: 'endpoints',
  node: 'nodes',
  lookupd: 'lookupds',
};

/** What the unfinished word of a command line can be. */
export function wantedWords({ name, command, unfinished }: TypedLine, program: CompletedProgram): Words {
  switch (unfinished.kind) {
    case 'value':
      return valueWords(unfinished.option, name, program);
    case 'argument':
      return argumentWords(unfinished.index, name, command?.strict === false, program);
    case 'command':
      return name === undefined ? NOTHING : argumentWords(0, name, false, program);
    case 'option':
    case 'unknown':
      return NOTHING;
  }
}

/** What has to be known to complete such a word. */
export function sourcesOf(words: Words): ReadonlySet<Source> {
  const kinds = 'oneOf' in words ? [] : words;
  return new Set(kinds.flatMap((kind) => SOURCES[kind] ?? []));
}

function valueWords({ name: option, flag }: Option, name: string | undefined, { words }: CompletedProgram): Words {
  const fixed = flag.type === 'option' ? flag.options : undefined;
  return fixed === undefined ? (words[name ?? '']?.options?.[option] ?? OPTION_WORDS[option] ?? NOTHING) : { oneOf: fixed };
}

type Option = Extract<TypedLine['unfinished'], { kind: 'value' }>['option'];

function argumentWords(index: number, name: string | undefined, repeats: boolean, { words }: CompletedProgram): Words {
  const { args = [] } = words[name ?? ''] ?? {};
  return args[index] ?? (repeats ? args.at(-1) : undefined) ?? NOTHING;
}
