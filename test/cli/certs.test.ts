import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { namesIn } from '../../src/certificates/read-certificates.ts';
import { type CertsOptions, createCertificate } from '../../src/cli/certs.ts';
import { type TestProject, test } from '../support/project.ts';

const DAY_MS = 86_400_000;

const NOW = new Date('2026-11-22T12:00:00Z').getTime();

/** Makes a certificate in the project's folder `certs`. */
function make({ root }: TestProject, more: Partial<CertsOptions> = {}): ReturnType<typeof createCertificate> {
  const none = { names: [], client: undefined, file: undefined, permit: [], days: 365, force: false, newAuthority: false };
  return createCertificate({ folder: join(root, 'certs'), ...none, nowMs: NOW, ...more });
}

function read({ root }: TestProject, name: string): X509Certificate {
  return new X509Certificate(readFileSync(join(root, 'certs', `${name}.pem`)));
}

describe('gaffer certs create', () => {
  test.for([['certs', 'create'], ['certs:create']])(
    '%j makes an authority and a certificate, and says what to do next',
    async (command, { project }) => {
      const { code, stdout, stderr } = await project.run(command, { env: { GAFFER_CONFIG: `${project.root}/it's/gaffer.ini` } });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const folder = `${project.root}/it's/certs`;
      const quoted = (name: string): string => `'${project.root}/it'\\''s/certs/${name}'`;
      const host = hostname().toLowerCase();
      expect(stdout.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')).toBe(
        [
          `made ${folder}/ca.pem, an authority that can sign for localhost, 127.0.0.0/8, ::1, ${host} alone, until DAY`,
          `made ${folder}/server.pem and its key for localhost, ${host}, 127.0.0.1, ::1, until DAY`,
          '',
          `the node:    gafferd --certfile ${quoted('server.pem')} --keyfile ${quoted('server.key')}`,
          `its clients: gaffer --endpoint https://localhost:5000 --cacert ${quoted('ca.pem')} apps`,
          '',
        ].join('\n'),
      );
      const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
      expect(Object.fromEntries(modes)).toEqual({ 'ca.key': '600', 'ca.pem': '644', 'server.key': '600', 'server.pem': '644' });
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    },
  );

  test('says as JSON what it has made', async ({ project }) => {
    const { stdout } = await project.run(['certs', 'create', '--client', 'alice', '--out', 'c', '--days', '10', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      kind: 'client',
      authority: { file: `${project.root}/c/ca.pem`, isNew: true, areas: ['localhost', '127.0.0.0/8', '::1'], until: expect.any(String) as string },
      files: { cert: `${project.root}/c/alice.pem`, key: `${project.root}/c/alice.key` },
      names: ['alice'],
      until: new Date(Date.now() + 10 * DAY_MS).toISOString().slice(0, 10),
    });
  });

  test.for([
    [['--days', 'x'], '--days: expected a number, got "x"'],
    [['--days', '99999'], /^--days: expected an end before \d{4}-\d\d-\d\d, when the authority itself ends, got \d{4}-\d\d-\d\d$/],
    [['--client', 'a', 'b'], '--client: expected no host name beside it, got "b"'],
    [['--client', 'a.b'], '--client: expected up to 60 letters, digits, "-", "_" and "@", and not "ca", got "a.b"'],
    [['--name', '../x'], '--name: expected up to 60 letters, digits, "-", "_" and "@", and not "ca", got "../x"'],
    [['--name', 'ca'], '--name: expected up to 60 letters, digits, "-", "_" and "@", and not "ca", got "ca"'],
    [['http://x'], 'expected a host name or an address, as clients have it in their URL, got "http://x"'],
    [['--permit', '10.0.0.0/40'], 'expected a domain like "example.org" or a network like "10.0.0.0/8", got "10.0.0.0/40"'],
    [['--colour'], /unknown option/],
  ] as const)('%j is an error, and nothing is made', async ([args, message], { project }) => {
    const { code, stdout, stderr } = await project.run(['certs', 'create', '--out', 'c', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replace(/^gaffer: /, '').trimEnd()).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(statSync(join(project.root, 'c'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('says where it can not write', async ({ project }) => {
    project.write('file', 'x');
    const { code, stderr } = await project.run(['certs', 'create', '--out', 'file/certs']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`cannot make the folder ${project.root}/file/certs`) as string });
  });
});

describe('what is made', () => {
  test('is for the names, and holds from an hour ago for as many days as told', ({ project }) => {
    const { names, until } = make(project, { names: ['Node1.example.org', '10.0.0.5'], days: 30 });
    expect({ names, until }).toEqual({ names: ['node1.example.org', '10.0.0.5'], until: '2026-12-22' });
    const cert = read(project, 'server');
    expect(namesIn(cert)).toEqual(names);
    expect([new Date(cert.validFrom).getTime(), new Date(cert.validTo).getTime()]).toEqual([NOW - 3_600_000, NOW + 30 * DAY_MS]);
  });

  test('comes from the same authority each time, and never takes the place of another', ({ project }) => {
    expect(make(project).authority.isNew).toBe(true);
    const { serialNumber } = read(project, 'ca');
    expect(() => make(project)).toThrow(/server\.pem is there already: --force makes it anew, --name or --out puts the new one elsewhere/);
    expect(make(project, { file: 'other' }).authority.isNew).toBe(false);
    make(project, { client: 'alice' });
    expect(read(project, 'ca').serialNumber).toBe(serialNumber);
    for (const name of ['server', 'other', 'alice']) {
      expect(read(project, name).checkIssued(read(project, 'ca'))).toBe(true);
    }
  });

  test('anew is for the same names, with another key', ({ project }) => {
    make(project, { names: ['node1.example.org', '::1'] });
    const before = read(project, 'server');
    expect(make(project, { force: true }).names).toEqual(['node1.example.org', '::1']);
    expect(read(project, 'server').publicKey.equals(before.publicKey)).toBe(false);
    expect(make(project, { force: true, names: ['localhost'] }).names).toEqual(['localhost']);
  });

  test('is only what the authority may sign for; that is decided when it is made', ({ project }) => {
    make(project, { names: ['node1.example.org'], permit: ['10.0.0.0/8', 'internal'] });
    const ca = join(project.root, 'certs/ca.pem');
    const only = 'localhost, 127.0.0.0/8, ::1, node1.example.org, 10.0.0.0/8, internal';
    expect(() => make(project, { file: 'b', names: ['node2.example.org'] })).toThrow(
      `${ca} may not sign for "node2.example.org", only for ${only}; --force --new-authority makes another one, whose ca.pem clients need then (or --out names another folder)`,
    );
    expect(() => make(project, { file: 'b', permit: ['x'] })).toThrow(/--permit: what \S+ may sign for was decided when it was made/);
    expect(make(project, { file: 'b', names: ['a.internal', '10.9.9.9', 'localhost'] }).names).toHaveLength(3);
    expect(() => make(project, { newAuthority: true, file: 'c' })).toThrow(/ca\.pem is there already/);
    expect(make(project, { newAuthority: true, force: true, names: ['node2.example.org'] }).authority).toMatchObject({
      isNew: true,
      areas: ['localhost', '127.0.0.0/8', '::1', 'node2.example.org'],
    });
  });

  test('is nothing with an authority that has ended, or is not one of gaffer', ({ project }) => {
    make(project);
    expect(() => make(project, { file: 'b', nowMs: NOW + 3651 * DAY_MS })).toThrow(/ca\.pem has expired on 2036-11-19; --force --new-authority/);
    project.write('certs/ca.pem', readFileSync(join(project.root, 'certs/server.pem'), 'utf8'));
    expect(() => make(project, { file: 'b' })).toThrow(/ca\.pem: expected an authority that "gaffer certs create" has made, got another one/);
    project.write('certs/ca.pem', 'x');
    expect(() => make(project, { file: 'b' })).toThrow(/ca\.pem: expected a certificate \(-----BEGIN CERTIFICATE-----\), got none/);
  });

  test('has no area in its authority that is within another', ({ project }) => {
    const { authority } = make(project, { names: ['a.example.org', '10.0.0.5', '127.0.0.1'], permit: ['example.org', '10.0.0.0/8', '10.0.0.0/8'] });
    expect(authority.areas).toEqual(['localhost', '127.0.0.0/8', '::1', 'example.org', '10.0.0.0/8']);
  });
});
