import { basename } from 'node:path';
import { DEFAULT_ENDPOINT } from '../../client/endpoint.ts';
import { DEFAULT_LOOKUPD } from '../../client/lookup.ts';
import { appNameFromFolder } from '../../job/name.ts';
import { namedLookupds } from '../lookup-options.ts';
import type { NodeFlagValues } from '../node-options.ts';
import { knownAddresses } from '../user-config.ts';
import { userConfigPath } from '../user-config-path.ts';
import { fileFor, isNoPipe, processTypes } from './files.ts';
import { type Known, type KnownName, NOTHING_KNOWN } from './known.ts';
import { askLookupds } from './lookup-names.ts';
import { askNode, type NodeQuestion } from './node-names.ts';
import type { Source } from './wanted.ts';

/** Where somebody types. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** How long a node may take. */
  readonly patienceMs: number;
}

/** Asks the files here and the node for what there is to name. What does not answer in time, or refuses, knows nothing. */
export async function gather(options: NodeQuestion & Surroundings): Promise<Known> {
  const { sources, place, env, cwd } = options;
  const types = sources.has('Procfile') ? processTypes(place, cwd) : [];
  const files = {
    processTypes: types,
    endpoints: sources.has('endpoints') ? addresses(env, { name: DEFAULT_ENDPOINT, about: 'a gafferd of this machine' }) : [],
    lookupds: sources.has('lookupds') ? addresses(env, { name: DEFAULT_LOOKUPD, about: 'a lookupd of this machine' }) : [],
  };
  if (!['jobs', 'users', 'keys', 'webhooks', 'streams', 'nodes'].some((source) => sources.has(source as Source))) {
    return { ...NOTHING_KNOWN, ...files };
  }
  if (!isReadable(place, env, cwd)) {
    return { ...NOTHING_KNOWN, ...files, ...fallback(options) };
  }
  const asked = options.isOfLookupds ? askNamedLookupds(options) : askNode(options);
  return { ...NOTHING_KNOWN, ...files, ...((await within(options.patienceMs, asked)) ?? fallback(options)) };
}

/** Asks the lookupds that are named. @throws GafferError where none can be asked */
async function askNamedLookupds({ sources, place, env, cwd, isLocalToo }: NodeQuestion & Surroundings): Promise<Partial<Known>> {
  return await askLookupds(sources, { ...place, lookup: namedLookupds(place, env) }, isLocalToo ? appFrom(place, cwd) : '');
}

/** Where nobody answers. */
function fallback({ sources, isOfLookupds, place, cwd }: NodeQuestion & Surroundings): Partial<Known> {
  return sources.has('jobs') && !isOfLookupds ? fromProcfile(place, cwd) : {};
}

/** What the Procfile would make of this folder. */
function fromProcfile(place: NodeFlagValues, cwd: string): Pick<Known, 'app' | 'jobs'> {
  const app = appFrom(place, cwd);
  const jobs = processTypes(place, cwd).map(({ name, about = '' }) => ({ session: app, job: name, about, processes: [] }));
  return { app, jobs };
}

/** The application of this folder, or the one that is named. */
function appFrom({ app = '.', root = '.' }: NodeFlagValues, cwd: string): string {
  return app === '.' ? appNameFromFolder(basename(fileFor(cwd, root))) : app;
}

/** All that is read before the node is asked has to be files: a pipe would be waited for. */
function isReadable({ cacert, certfile, keyfile }: NodeFlagValues, env: NodeJS.ProcessEnv, cwd: string): boolean {
  const files = [userConfigPath(env), ...[cacert, certfile, keyfile].flatMap((path) => (path === undefined ? [] : [fileFor(cwd, path)]))];
  return files.every(isNoPipe);
}

function addresses(env: NodeJS.ProcessEnv, usual: KnownName): readonly KnownName[] {
  const path = userConfigPath(env);
  try {
    const known = isNoPipe(path) ? knownAddresses(path).map((name) => ({ name, about: 'in your configuration' })) : [];
    return [...known, usual];
  } catch {
    return []; // one has to look what is wrong with the file
  }
}

/** The answer; undefined where it takes too long, or there is none. */
async function within<T>(patienceMs: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  return await Promise.race([answer.catch(() => undefined), patience]).finally(() => clearTimeout(timer));
}
