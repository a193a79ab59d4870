import { basename } from 'node:path';
import { DEFAULT_ENDPOINT } from '../../client/endpoint.ts';
import { appNameFromFolder } from '../../job/name.ts';
import type { NodeFlagValues } from '../node-options.ts';
import { knownAddresses } from '../user-config.ts';
import { userConfigPath } from '../user-config-path.ts';
import { fileFor, isNoPipe, processTypes } from './files.ts';
import { type Known, type KnownName, NOTHING_KNOWN } from './known.ts';
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
  const files = { processTypes: types, endpoints: sources.has('endpoints') ? endpoints(env) : [] };
  if (!['jobs', 'users', 'keys', 'webhooks', 'streams'].some((source) => sources.has(source as Source))) {
    return { ...NOTHING_KNOWN, ...files };
  }
  const told = isReadable(place, env, cwd) ? await within(options.patienceMs, askNode(options)) : undefined;
  return { ...NOTHING_KNOWN, ...files, ...(told ?? (sources.has('jobs') ? fromProcfile(place, cwd) : {})) };
}

/** Where no node answers: what the Procfile would make of this folder. */
function fromProcfile(place: NodeFlagValues, cwd: string): Pick<Known, 'app' | 'jobs'> {
  const app = place.app === undefined || place.app === '.' ? appNameFromFolder(basename(fileFor(cwd, place.root ?? '.'))) : place.app;
  const jobs = processTypes(place, cwd).map(({ name, about = '' }) => ({ session: app, job: name, about, processes: [] }));
  return { app, jobs };
}

/** All that is read before the node is asked has to be files: a pipe would be waited for. */
function isReadable({ cacert, certfile, keyfile }: NodeFlagValues, env: NodeJS.ProcessEnv, cwd: string): boolean {
  const files = [userConfigPath(env), ...[cacert, certfile, keyfile].flatMap((path) => (path === undefined ? [] : [fileFor(cwd, path)]))];
  return files.every(isNoPipe);
}

function endpoints(env: NodeJS.ProcessEnv): readonly KnownName[] {
  const path = userConfigPath(env);
  try {
    const known = isNoPipe(path) ? knownAddresses(path).map((name) => ({ name, about: 'in your configuration' })) : [];
    return [...known, { name: DEFAULT_ENDPOINT, about: 'a gafferd of this machine' }];
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
