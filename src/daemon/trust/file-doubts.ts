import { GafferError } from '../../errors.ts';
import { joinWords } from '../../job/words.ts';
import type { DaemonConfig } from '../config/config.ts';
import { readMachineAccounts } from './accounts-of-machine.ts';
import { lookAtPath } from './look-at-path.ts';
import { mendingOf } from './mending.ts';
import { nameOfStrangers, readersOf, type Weakness, weaknessesOf } from './weakness.ts';

/** What gafferd is told in files that others than its user must not write, or read. */
export type FilesOfConfig = Pick<DaemonConfig, 'files' | 'pluginsDir' | 'endpoints' | 'lookupd'>;

/**
 * Refuses a configuration by which anybody on the machine could have root run what he likes.
 * @throws GafferError `bad_usage`
 */
export function expectTrusted({ files }: Pick<FilesOfConfig, 'files'>, uid: number | undefined = process.geteuid?.()): void {
  if (uid !== 0) {
    return;
  }
  const accounts = readMachineAccounts();
  for (const file of files) {
    const weakness = weaknessesOf(lookAtPath(file, accounts), new Set([uid])).find(({ who }) => who.kind === 'everybody');
    if (weakness !== undefined) {
      throw new GafferError(
        'bad_usage',
        `${file}: expected a file that only trusted users can change, but ${sentenceOf(weakness)}, and gafferd runs as root: ${mendingOf(weakness, uid)}`,
      );
    }
  }
}

/** What should be said of files that are used all the same. */
export function fileDoubts({ files, pluginsDir, ...others }: FilesOfConfig, uid: number | undefined = process.geteuid?.()): readonly string[] {
  if (uid === undefined) {
    return [];
  }
  const accounts = readMachineAccounts();
  const trusted = new Set([uid]);
  const changed = (path: string, so: string): readonly string[] =>
    weaknessesOf(lookAtPath(path, accounts), trusted)
      .slice(0, 1)
      .map((weakness) => `${path}: ${sentenceOf(weakness)}, ${so}: ${mendingOf(weakness, uid)}`);
  const plugins = lookAtPath(pluginsDir, accounts);
  return [
    ...files.flatMap((file) => changed(file, 'and so have gafferd run any program')),
    ...(plugins.target === undefined ? [] : changed(pluginsDir, 'so no plugin in it can be trusted')),
    ...keyFilesOf(others).flatMap((file) => {
      const readers = readersOf(lookAtPath(file, accounts), trusted);
      return readers === undefined
        ? []
        : [`${file}: ${nameOfStrangers(readers)} can read this key, and so pretend to be this node: ${joinWords(['chmod', 'go=', file])}`];
    }),
  ];
}

/** The keys by which others know this node: of certificates, and for lookupd. */
export function keyFilesOf({ endpoints, lookupd }: Pick<FilesOfConfig, 'endpoints' | 'lookupd'>): readonly string[] {
  return [...new Set([...endpoints.map(({ tls }) => tls?.keyfile), lookupd.tls?.keyfile, lookupd.keyFile])].filter((file) => file !== undefined);
}

/** `everybody can write it`. */
export function sentenceOf({ at, who, deed }: Weakness): string {
  const name = nameOfStrangers(who);
  if (deed === 'write') {
    return `${name} can write ${at.kind === 'folder' ? 'into it' : 'it'}`;
  }
  if (at.kind !== 'folder') {
    return `${name} can have ${at.path} lead elsewhere`;
  }
  return `${name} can write into ${at.path}, and ${deed === 'make' ? 'make it first' : 'put another one in its place'}`;
}
