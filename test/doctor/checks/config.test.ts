import { describe, expect, it } from 'vitest';
import { checkServed, type ServedCertificate } from '../../../src/doctor/checks/certificates.ts';
import { checkJobs, type JobFacts } from '../../../src/doctor/checks/jobs.ts';
import { secretsIn } from '../../../src/doctor/checks/secrets.ts';
import { checkWebhooks } from '../../../src/doctor/checks/webhooks.ts';
import { parseIni } from '../../../src/ini/document.ts';
import { ADA, BEA, pathTo, ROOT, thing } from '../../support/rights.ts';
import { told } from './told.ts';

describe('secrets in an ini file', () => {
  it.each([
    ['[env:web]\nPASSWORD = x', ['[env:web] PASSWORD (2)']],
    ['[process:web]\nenv:DB_PASSWD = x\nenv:API_TOKEN = y\ncmd = z', ['[process:web] env:DB_PASSWD (2)', '[process:web] env:API_TOKEN (3)']],
    ['[env:web]\nDATABASE_URL = postgres://shop:pw@db/shop', ['[env:web] DATABASE_URL (2)']],
    ['[env:web]\nDATABASE_URL = postgres://db/shop', []],
    ['[env:web]\nAWS_SECRET_ACCESS_KEY = x\nSTRIPE_KEY = x', ['[env:web] AWS_SECRET_ACCESS_KEY (2)', '[env:web] STRIPE_KEY (3)']],
    ['[webhook:a]\nsecret = x\nurl = https://a', ['[webhook:a] secret (2)']],
    ['[webhook:a]\nsecret_file = x', []],
    ['[ssl]\npassphrase = x\nkeyfile = node.key', ['[ssl] passphrase (2)']],
    ['[gaffer]\nrequire_key = yes\nbind = :5000', []],
    ['[env:web]\nPASSWORD =\nKEYBOARD = de\nNODE_ENV = production', []],
  ])('%j', (text, expected) => {
    expect(secretsIn(parseIni(text, 'a.ini')).map(({ name, line }) => `${name} (${line})`)).toEqual(expected);
  });
});

describe('a certificate that is served', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const key = (mode: number) => pathTo(thing('/node.key', mode));
  const days = (from: number, until: number) => ({
    validFrom: new Date(now + from * 86_400_000).toUTCString(),
    validTo: new Date(now + until * 86_400_000).toUTCString(),
    names: ['box.example'],
  });
  const good: ServedCertificate = { file: '/node.pem', certificates: [days(-1, 90)], key: key(0o600), host: undefined, isForHost: true };

  it.each<[string, Partial<ServedCertificate>, readonly string[]]>([
    ['is all right', {}, ['ok certificate']],
    ['ends soon', { certificates: [days(-1, 10)] }, ['warning certificate-validity']],
    ['has ended', { certificates: [days(-9, -1)] }, ['problem certificate-validity']],
    ['does not hold yet', { certificates: [days(1, 90)] }, ['problem certificate-validity']],
    ['is signed by one that has ended', { certificates: [days(-1, 90), days(-90, -1)] }, ['problem certificate-validity']],
    ['has a key that all can read', { key: key(0o644) }, ['problem key-file-readable', 'ok certificate']],
    ['has a key that all can write', { key: key(0o602) }, ['problem key-file-writable', 'ok certificate']],
    ['is for another host', { host: '10.0.0.1', isForHost: false }, ['warning certificate-name', 'ok certificate']],
    ['is for this host', { host: 'box.example', isForHost: true }, ['ok certificate']],
  ])('%s', (_what, facts, expected) => {
    expect(told(checkServed({ ...good, ...facts }, { uid: 0 }, now))).toEqual(expected);
  });
});

describe('webhooks', () => {
  const hook = (url: string, secret?: string) => ({ event: 'start', url, secret, place: '/g.ini:3' });

  it.each([
    ['https://hooks.example/x', undefined, []],
    ['http://127.0.0.1:8080/x', undefined, []],
    ['http://localhost/x', undefined, []],
    ['http://[::1]/x', undefined, []],
    ['http://hooks.example/x', undefined, ['warning webhook-in-clear']],
    ['http://hooks.example/x', 'secret', ['advice webhook-in-clear']],
  ])('to %s with the secret %s', (url, secret, expected) => {
    expect(told(checkWebhooks([hook(url, secret)]))).toEqual(expected);
  });

  it('are told of with their host alone: the path may be a secret', () => {
    expect(checkWebhooks([hook('http://hooks.example/T0KEN')])[0]?.message).not.toContain('T0KEN');
  });
});

describe('jobs', () => {
  const job = (uid: number | undefined, mode = 0o755, owner = ROOT): JobFacts => ({
    name: 'shop.web',
    place: '/g.ini:3',
    uid,
    files: [pathTo(thing('/bin/web', mode, { owner }))],
  });

  it.each<[string, JobFacts, number, readonly string[]]>([
    ['runs as a user', job(ADA.uid), 0, []],
    ['runs as root', job(0), 0, ['advice root-jobs']],
    ['runs as root what everybody can change', job(0, 0o757), 0, ['advice root-jobs', 'problem job-file']],
    ['runs as root what a user can change', job(0, 0o755, BEA), 0, ['advice root-jobs', 'problem job-file']],
    ['runs as a user what that user can change', job(ADA.uid, 0o755, ADA), 0, []],
    ['runs as a user what another one can change', job(ADA.uid, 0o755, BEA), 0, ['problem job-file']],
    ['runs what everybody can change', job(ADA.uid, 0o777), ADA.uid, ['problem job-file']],
    ['is to run as somebody who is not there', job(undefined), 0, ['problem job-user']],
  ])('that %s', (_what, facts, uid, expected) => {
    expect(told(checkJobs([facts], { uid })).map((one) => one.replace('job-file-writable', 'job-file'))).toEqual(expected);
  });

  it('are counted where there are many', () => {
    const jobs = Array.from({ length: 7 }, (_, index) => ({ ...job(0), name: `j${index}`, files: [] }));
    expect(checkJobs(jobs, { uid: 0 })).toMatchObject([{ message: '7 jobs run as root: j0, j1, j2, j3, j4 and 2 more' }]);
  });
});
