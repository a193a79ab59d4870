import { type Diagnosis, diagnosesOf } from '../diagnosis.ts';

/** Which programs of gaffer are there. */
export interface InstallationFacts {
  readonly version: string;
  /** The real paths of this package's programs. */
  readonly own: Readonly<Record<string, string | undefined>>;
  /** The real paths of what a shell would start by these names. */
  readonly inPath: Readonly<Record<string, string | undefined>>;
}

const say = diagnosesOf('gaffer');

/** Judges whether the programs of this package are whole, and those that a shell finds. */
export function checkInstallation({ version, own, inPath }: InstallationFacts): readonly Diagnosis[] {
  const missing = Object.keys(own).filter((name) => own[name] === undefined);
  const others = Object.entries(inPath).filter(([name, path]) => path !== undefined && own[name] !== undefined && path !== own[name]);
  return [
    ...missing.map((name) => say.problem('program-missing', `${name} is missing in this package`, 'install gaffer anew')),
    ...others.map(([name, path]) =>
      say.advice('other-program', `the ${name} that a shell finds is another one: ${path ?? ''}`, `remove one of them, or call ${own[name] ?? ''}`),
    ),
    ...(missing.length === 0 ? [say.ok('version', `gaffer ${version}`)] : []),
  ];
}
