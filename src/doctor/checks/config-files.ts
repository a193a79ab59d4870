import type { PathRights } from '../../daemon/trust/file-rights.ts';
import { type Finding, formatFinding } from '../../finding.ts';
import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';
import { checkChanges, checkLooked, checkReaders, type Owner } from './path-check.ts';
import type { FoundSecret } from './secrets.ts';

/** A file of the configuration. */
export interface ConfigFileFacts {
  readonly rights: PathRights;
  readonly secrets: readonly FoundSecret[];
}

const say = diagnosesOf('config');

/** What `gafferd --check-config` says, and how many jobs there are. @param files paths, the main one first */
export function checkFindings(findings: readonly Finding[], files: readonly string[], jobs: number): readonly Diagnosis[] {
  const told = findings
    .filter(({ level }) => level !== 'note')
    .map((finding) =>
      finding.level === 'error' ? say.problem('config-error', formatFinding(finding)) : say.warning('config-doubt', formatFinding(finding)),
    );
  if (findings.some(({ level }) => level === 'error')) {
    return told;
  }
  const [main] = files;
  const place = main === undefined ? 'gafferd has no configuration file, its defaults hold' : `${main} can be read`;
  return [...told, say.ok('config', `${place}: ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`)];
}

/** Judges who can change a file of the configuration, and who learns the secrets in it. */
export function checkConfigFile({ rights, secrets }: ConfigFileFacts, owner: Owner): readonly Diagnosis[] {
  const question = { area: 'config' as const, id: 'config', rights, owner };
  const names = secrets.map(({ line, name }) => `${name} (line ${line})`);
  const some = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return [
    ...checkLooked(question),
    ...checkChanges(question, `and so have gafferd run any program as ${owner.uid === 0 ? 'root' : 'its user'}`),
    ...(secrets.length === 0 ? [] : checkReaders(question, `and so learn ${some}`)),
  ];
}
