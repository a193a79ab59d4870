import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as Flags from '@oclif/core/flags';
import type { TlsMaterial } from '../certificates/material.ts';
import { DEFAULT_ENDPOINT, parseEndpoint } from '../client/endpoint.ts';
import type { RemoteNodeOptions } from '../client/remote-node.ts';
import { GafferError } from '../errors.ts';
import { APP_NAME, appNameFromFolder, DEFAULT_SESSION } from '../job/name.ts';
import type { RunningSession } from '../local/session-address.ts';
import { complain } from './complain.ts';
import { currentFolder } from './current-folder.ts';
import { expectKey } from './key-text.ts';
import { givenLookupds, type LookupFlagValues, throughLookupFlags } from './lookup-flags.ts';
import { parseTimeout } from './seconds.ts';
import { voice } from './voice.ts';

/** Options that say which node is meant, and who asks. */
export const placeFlags = {
  endpoint: Flags.string({
    char: 'g',
    aliases: ['gafferd-http-address'],
    description: 'the node to talk to; without it the "gaffer start" of this folder, else http://127.0.0.1:5000',
    helpValue: 'URL',
    env: 'GAFFER_ENDPOINT',
    helpGroup: 'NODE',
  }),
  'api-key': Flags.string({
    description: 'the key, where the node asks for one; without it that of the last login',
    helpValue: 'KEY',
    env: 'GAFFER_API_KEY',
    helpGroup: 'NODE',
  }),
  cacert: Flags.string({ description: 'whom to trust: certificates in a file', helpValue: 'FILE', env: 'GAFFER_CACERT', helpGroup: 'NODE' }),
  certfile: Flags.string({ description: 'the certificate to show', helpValue: 'FILE', env: 'GAFFER_CERTFILE', helpGroup: 'NODE' }),
  keyfile: Flags.string({ description: 'the key of that certificate', helpValue: 'FILE', env: 'GAFFER_KEYFILE', helpGroup: 'NODE' }),
  timeout: Flags.string({
    description: 'how long the node may take to begin an answer (default 30; with -L 10)',
    helpValue: 'SECONDS',
    env: 'GAFFER_TIMEOUT',
    helpGroup: 'NODE',
  }),
};

/** Options that say which node is meant, and which application on it; for commands that have an `-f` of their own. */
export const nodeFlagsButF = {
  ...placeFlags,
  ...throughLookupFlags,
  app: Flags.string({
    description: "the application; without it the folder's name, . is the same",
    helpValue: 'NAME',
    env: 'GAFFER_APP',
    helpGroup: 'PROJECT',
  }),
  root: Flags.string({
    char: 'd',
    aliases: ['directory'],
    description: "the application's folder",
    helpValue: 'FOLDER',
    env: 'GAFFER_ROOT',
    helpGroup: 'PROJECT',
  }),
  procfile: Flags.string({ description: 'the Procfile', helpValue: 'FILE', env: 'GAFFER_PROCFILE', helpGroup: 'PROJECT' }),
};

/** Options that say which node is meant, and which application on it. */
export const nodeFlags = {
  ...nodeFlagsButF,
  procfile: Flags.string({ char: 'f', description: 'the Procfile', helpValue: 'FILE', env: 'GAFFER_PROCFILE', helpGroup: 'PROJECT' }),
};

/** Those options as they were parsed. */
export interface NodeFlagValues extends LookupFlagValues {
  readonly endpoint?: string | undefined;
  readonly 'api-key'?: string | undefined;
  readonly cacert?: string | undefined;
  readonly certfile?: string | undefined;
  readonly keyfile?: string | undefined;
  readonly timeout?: string | undefined;
  readonly app?: string | undefined;
  readonly root?: string | undefined;
  readonly procfile?: string | undefined;
}

/** Whether the nodes are those that lookupd servers name. @throws GafferError `bad_usage` where a node is named as well */
export function isThroughLookup(flags: NodeFlagValues): boolean {
  const { node = [], endpoint = '' } = flags;
  const lookup = givenLookupds(flags);
  if (lookup.length === 0 && node.length > 0) {
    throw new GafferError('bad_usage', '--node chooses among the nodes that a lookupd names: expected -L URL as well, got none');
  }
  if (lookup.length > 0 && endpoint !== '' && endpoint !== process.env['GAFFER_ENDPOINT']) {
    throw new GafferError(
      'bad_usage',
      `expected a node (--endpoint) or lookupd servers (--lookup), got both: "${endpoint}" and "${lookup.join(',')}"`,
    );
  }
  return lookup.length > 0;
}

/** How the node is spoken to that is named, or the one that there is by default. @throws GafferError `bad_usage` */
export async function remoteOptions(flags: NodeFlagValues): Promise<RemoteNodeOptions> {
  const options = await optionsFor(flags, givenEndpoint(flags) || DEFAULT_ENDPOINT);
  const { storedKey } = await import('./stored-key.ts');
  return { ...options, apiKey: options.apiKey ?? storedKey(parseEndpoint(options.endpoint).text, process.env) };
}

/** The `gaffer start` of this folder, where no other node is named. */
export async function localSession(flags: NodeFlagValues): Promise<RunningSession | undefined> {
  if (isThroughLookup(flags) || givenEndpoint(flags) !== '') {
    return undefined;
  }
  const { findLocal } = await import('./local-session.ts');
  return findLocal(rootOf(flags));
}

/** The application that the options mean. @throws GafferError `bad_usage` */
export function appOf(flags: NodeFlagValues, local: RunningSession | undefined): string {
  const { app } = flags;
  if (app !== undefined && app !== '' && app !== '.') {
    return checkedApp(app);
  }
  if (app !== '.' && local !== undefined && local.app !== '') {
    return local.app;
  }
  return app === '.' || hasProcfile(flags) ? folderApp(flags) : DEFAULT_SESSION;
}

/** The application that is named after the project's folder; says so when the name had to be changed. */
export function folderApp(flags: NodeFlagValues): string {
  const folder = basename(rootOf(flags));
  const app = appNameFromFolder(folder);
  if (app !== folder) {
    complain(`the application of the folder "${folder}" is called "${app}"; --app gives it another name`);
  }
  return app;
}

/** @throws GafferError `bad_usage` for what no application can be called */
export function checkedApp(app: string): string {
  if (!APP_NAME.test(app)) {
    throw new GafferError('bad_usage', `expected an application name of letters, digits, "_", "+" and "-", got "${app}"`);
  }
  return app;
}

/** Whether there is a Procfile to speak of. */
export function hasProcfile(flags: NodeFlagValues): boolean {
  return flags.procfile !== undefined || existsSync(resolve(currentFolder(), 'Procfile')) || existsSync(resolve(rootOf(flags), 'Procfile'));
}

/** The application's folder. @throws GafferError `bad_usage` when it is not there */
export function rootOf({ root = '.' }: NodeFlagValues): string {
  const path = resolve(currentFolder(), root);
  if (!existsSync(path)) {
    throw new GafferError('bad_usage', `--root: expected a folder, got "${root}"`);
  }
  return path;
}

function givenEndpoint({ endpoint = '' }: NodeFlagValues): string {
  return endpoint;
}

/** Certificates, where the node is one with TLS, or some are named all the same. @throws GafferError `bad_usage` */
export async function tlsOf(flags: NodeFlagValues, endpoint: string): Promise<TlsMaterial | undefined> {
  const isNamed = [flags.cacert, flags.certfile, flags.keyfile].some((file) => file !== undefined);
  if (!isNamed && !parseEndpoint(endpoint).origin.startsWith('https:')) {
    return undefined;
  }
  const { readTlsOptions } = await import('./tls-options.ts');
  return readTlsOptions(flags, endpoint, process.env);
}

/** How a node is spoken to. @throws GafferError `bad_usage` */
export async function optionsFor({ 'api-key': apiKey = '', timeout, ...flags }: NodeFlagValues, endpoint: string): Promise<RemoteNodeOptions> {
  return {
    endpoint,
    apiKey: apiKey === '' ? undefined : expectKey('--api-key', apiKey),
    tls: await tlsOf(flags, endpoint),
    advice: voice().advice,
    timeoutMs: timeout === undefined ? undefined : parseTimeout(timeout),
  };
}
