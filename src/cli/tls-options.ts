import { readFileSync } from 'node:fs';
import { checkMaterial, checkOwnValidity, type TlsMaterial } from '../certificates/material.ts';
import { parseEndpoint } from '../client/endpoint.ts';
import { GafferError, messageOf, systemCode } from '../errors.ts';
import { readNodeSettings } from './user-config.ts';
import { userConfigPath } from './user-config-path.ts';

/** The options that name certificates. */
export interface TlsFlagValues {
  readonly cacert?: string | undefined;
  readonly certfile?: string | undefined;
  readonly keyfile?: string | undefined;
}

/** The variable with the passphrase of an encrypted key; an option would be seen in the list of processes. */
const PASSPHRASE = 'GAFFER_KEY_PASSPHRASE';

/** A file, and what has named it. */
interface Named {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads the certificates for a node: those of the options, else those that the user's configuration names for it. A certificate and
 * its key come from the same place; a file may hold both.
 * @throws GafferError `bad_usage` for what can't be read or used
 */
export function readTlsOptions(flags: TlsFlagValues, endpoint: string, env: NodeJS.ProcessEnv): TlsMaterial {
  const path = userConfigPath(env);
  const section = parseEndpoint(endpoint).text;
  const settings = readNodeSettings(path, section);
  const fromFlags = (member: keyof TlsFlagValues): Named | undefined => readNamed(`--${member}`, flags[member]);
  const fromConfig = (member: keyof TlsFlagValues): Named | undefined => readNamed(`${path}: [node "${section}"] ${member}`, settings[member]);
  if (flags.keyfile !== undefined && flags.certfile === undefined) {
    throw new GafferError('bad_usage', '--keyfile: expected --certfile beside it, the certificate that it is the key of');
  }
  const own = flags.certfile === undefined ? fromConfig : fromFlags;
  const [ca, cert, key] = [fromFlags('cacert') ?? fromConfig('cacert'), own('certfile'), own('keyfile')];
  const material = { ca: ca?.text, cert: cert?.text, key: key?.text, passphrase: env[PASSPHRASE] };
  const names = { ca: ca?.name ?? '', cert: cert?.name ?? 'certfile', key: key?.name ?? 'keyfile', passphrase: PASSPHRASE };
  checkMaterial(material, names);
  checkOwnValidity(material, Date.now(), names);
  return material;
}

function readNamed(name: string, file: string | undefined): Named | undefined {
  if (file === undefined) {
    return undefined;
  }
  try {
    return { name: `${name}: ${file}`, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new GafferError('bad_usage', `${name}: cannot read ${file}: ${why}`, { cause: error });
  }
}
