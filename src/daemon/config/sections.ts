import { quoteText } from '../../finding.ts';
import type { IniEntry } from '../../ini/document.ts';
import { didYouMean } from '../../suggestion.ts';
import type { Complaints } from './complaints.ts';
import type { IniFile } from './ini-files.ts';
import { type Said, saidAlready } from './said.ts';
import { TLS_KEYS } from './tls-settings.ts';

/** The entries of all files' sections, by section and key; those of jobs are not among them. */
export type Sections = ReadonlyMap<string, ReadonlyMap<string, Said>>;

/** How the sections of endpoints begin. */
export const ENDPOINT = 'endpoint:';

/** How the sections of webhooks begin that have more to say than an event and an address. */
export const WEBHOOK = 'webhook:';

/** How the sections begin that plugins read themselves. */
export const PLUGIN = 'plugin:';

const LOOKUPD_ADDRESS = 'lookupd_address';

/** Which keys a section may have; undefined where every key is one. */
const KEYS: Readonly<Record<string, readonly string[] | undefined>> = {
  gaffer: [
    ...[
      'bind',
      'backlog',
      'http_endpoints',
      'state_dir',
      'pidfile',
      'user',
      'daemonize',
      'error_log',
      'log_level',
      'log_format',
      'require_key',
      'old_api',
    ],
    ...['allowed_origins', 'allowed_hosts', 'plugins_dir', 'plugin_dir', LOOKUPD_ADDRESS, 'broadcast_address', 'node_name', 'include', 'include_dir'],
  ],
  [ENDPOINT]: ['bind', 'backlog', ...TLS_KEYS],
  ssl: TLS_KEYS,
  lookup: ['key', 'key_file', 'heartbeat'],
  lookup_ssl: TLS_KEYS,
  webhooks: undefined,
  [WEBHOOK]: ['event', 'url', 'secret', 'secret_file'],
  [PLUGIN]: undefined,
  auth: ['auth_backend', 'keys_backend', 'auth_dbname', 'keys_dbname'],
};

/** What each file may say for itself. */
const PER_FILE: readonly string[] = ['include', 'include_dir'];

/** The sections that are not about jobs: a name, or a beginning that ends with `:`. */
export const SECTION_NAMES: readonly string[] = Object.keys(KEYS);

/** Joins the sections of all files; a key that is not known is an error, and so is one that is there twice. */
export function joinSections(files: readonly IniFile[], complaints: Complaints): Sections {
  const sections = new Map<string, Map<string, Said>>();
  for (const { path, folder, document } of files) {
    for (const { name, entries } of document.sections) {
      const kind = kindOf(name);
      if (kind === undefined) {
        continue;
      }
      const section = sections.get(name) ?? new Map<string, Said>();
      sections.set(name, section);
      for (const entry of entries) {
        const said = { text: entry.value, source: path, line: entry.line, entry: `[${name}] ${entry.key}`, key: entry.writtenKey, folder };
        const before = section.get(entry.key);
        const problem = problemOf(entry, kind) ?? (before === undefined || PER_FILE.includes(entry.key) ? undefined : saidAlready(before));
        if (problem === undefined) {
          section.set(entry.key, said);
        } else {
          complaints.error(said, problem);
        }
      }
    }
  }
  return sections;
}

function kindOf(section: string): string | undefined {
  return SECTION_NAMES.find((name) => section === name || (name.endsWith(':') && section.startsWith(name)));
}

function problemOf({ key, value }: IniEntry, kind: string): string | undefined {
  if (!isKey(key, kind)) {
    const others = SECTION_NAMES.filter((other) => KEYS[other]?.includes(key) === true).map((other) => `[${other.replace(/:$/, ':NAME')}]`);
    return `no such key${others.length === 0 ? didYouMean(key, KEYS[kind] ?? []) : ` here; it belongs to ${others.join(' or ')}`}`;
  }
  const swallowed = value
    .split('\n')
    .find((line, index) => index > 0 && isKey(/^([\w.]+)\s*[=:](?!\/\/)/.exec(line)?.[1]?.toLowerCase() ?? '', kind));
  return swallowed === undefined ? undefined : `the indented line ${quoteText(swallowed)} goes on with this value; remove the blanks in front of it`;
}

function isKey(key: string, kind: string): boolean {
  const keys = KEYS[kind];
  return key !== '' && (keys === undefined || keys.includes(key) || (kind === 'gaffer' && key.startsWith(LOOKUPD_ADDRESS)));
}

/** The addresses of lookupd servers, which have a key each. */
export function lookupdEntries(sections: Sections): readonly Said[] {
  return [...(sections.get('gaffer') ?? [])].filter(([key]) => key.startsWith(LOOKUPD_ADDRESS)).map(([, said]) => said);
}
