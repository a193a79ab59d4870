import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '../certificates/certificate.ts';
import { readCertificates } from '../certificates/read-certificates.ts';
import { GafferError, messageOf } from '../errors.ts';

/** Where a certificate and its key are. */
export interface IdentityFiles {
  readonly cert: string;
  readonly key: string;
}

/** A folder of certificates `NAME.pem` and their keys `NAME.key`, which are the user's alone. */
export class CertificateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  files(name: string): IdentityFiles {
    return { cert: join(this.path, `${name}.pem`), key: join(this.path, `${name}.key`) };
  }

  /** The certificate and the key of a name; undefined where neither is there. @throws GafferError `io_failed`, `invalid_config` */
  read(name: string): Identity | undefined {
    const { cert, key } = this.files(name);
    if (!existsSync(cert) && !existsSync(key)) {
      return undefined;
    }
    const identity = { cert: readText(cert), key: readText(key) };
    try {
      readCertificates(identity.cert);
    } catch (error) {
      throw new GafferError('invalid_config', `${cert}: ${messageOf(error)}`, { cause: error });
    }
    return identity;
  }

  /** @throws GafferError `io_failed` when there is a file of the name already */
  expectFree(name: string): void {
    const { cert, key } = this.files(name);
    const there = [cert, key].find((file) => existsSync(file));
    if (there !== undefined) {
      throw new GafferError('io_failed', `${there} is there already: --force makes it anew, --name or --out puts the new one elsewhere`);
    }
  }

  /** Keeps a certificate and its key, in the place of what was there. @throws GafferError `io_failed` */
  keep(name: string, { cert, key }: Identity): IdentityFiles {
    const files = this.files(name);
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new GafferError('io_failed', `cannot make the folder ${this.path}: ${messageOf(error)}`, { cause: error });
    }
    write(files.key, key, 0o600);
    write(files.cert, cert, 0o644);
    return files;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GafferError('io_failed', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Whoever reads it meanwhile reads the old one or the new one. */
function write(path: string, text: string, mode: number): void {
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(fresh, text, { mode, flag: 'wx' });
    chmodSync(fresh, mode);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new GafferError('io_failed', `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}
