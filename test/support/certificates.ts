import { createPrivateKey } from 'node:crypto';
import { createAuthority, issue } from '../../src/certificates/authority.ts';
import { type Identity, newKey, privateKeyPem, signCertificate } from '../../src/certificates/certificate.ts';
import { alternativeNames, purposes } from '../../src/certificates/extensions.ts';
import { parseArea, parseServerName } from '../../src/certificates/server-name.ts';

const DAY_MS = 86_400_000;

/** Days from now, negative ones before. */
export interface Days {
  readonly from?: number;
  readonly until?: number;
}

function period({ from = -1, until = 90 }: Days): { readonly from: Date; readonly until: Date } {
  const now = Date.now();
  return { from: new Date(now + from * DAY_MS), until: new Date(now + until * DAY_MS) };
}

/** An authority of one test: it signs certificates as gaffer makes them, also ones that do not hold. */
export class TestAuthority {
  readonly identity: Identity;

  constructor(days: Days = {}) {
    const areas = ['localhost', 'example.org', '127.0.0.0/8', '::1'].map(parseArea);
    this.identity = createAuthority({ name: 'authority of a test', areas, period: period({ from: -1000, until: 1000, ...days }) });
  }

  /** Its certificate, which others trust. */
  get ca(): string {
    return this.identity.cert;
  }

  /** A server's certificate, for localhost unless it is for others. */
  server(days: Days = {}, names: readonly string[] = ['localhost', '127.0.0.1']): Identity {
    return issue(this.identity, { kind: 'server', names: names.map(parseServerName), period: period(days) });
  }

  /** One that a server may show as a client as well, as members of an etcd have to. */
  member(): Identity {
    const key = newKey();
    const extensions = [alternativeNames(['localhost', '127.0.0.1'].map(parseServerName)), purposes('server', 'client')];
    const signer = { subject: 'authority of a test', key: createPrivateKey(this.identity.key) };
    return { cert: signCertificate({ subject: 'member', period: period({}), key, extensions }, signer), key: privateKeyPem(key) };
  }

  client(days: Days = {}): Identity {
    return issue(this.identity, { kind: 'client', name: 'alice', period: period(days) });
  }
}

/** A certificate for localhost that nobody else has signed. */
export function selfSigned(): Identity {
  const key = newKey();
  const names = ['localhost', '127.0.0.1'].map(parseServerName);
  return {
    cert: signCertificate({ subject: 'lonely', period: period({}), key, extensions: [alternativeNames(names)] }, { subject: 'lonely', key }),
    key: privateKeyPem(key),
  };
}
