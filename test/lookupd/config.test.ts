import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/finding.ts';
import { readLookupdConfig } from '../../src/lookupd/config.ts';
import type { LookupdFlags } from '../../src/lookupd/flags.ts';
import { TestAuthority } from '../support/certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

const PLACE = { cwd: '/here', home: '/home/me', isRoot: false, env: {} };

type Env = Readonly<Record<string, string>>;

function read(flags: LookupdFlags, env: Env = {}) {
  return readLookupdConfig({ ...PLACE, flags, env });
}

function problems(flags: LookupdFlags, env: Env = {}): readonly string[] {
  const { config, findings } = read(flags, env);
  expect(config).toBeUndefined();
  return findings.map(formatFinding);
}

describe('a lookupd', () => {
  it('is told nothing: it listens on this machine, keeps all in memory, and asks for no key', () => {
    const { config, findings } = read({});
    expect(findings).toEqual([]);
    expect(config).toEqual({
      endpoints: [{ address: { kind: 'tcp', host: '127.0.0.1', port: 5010 }, backlog: 128, tls: undefined }],
      stateDir: '/home/me/.local/state/gaffer-lookupd',
      pidfile: undefined,
      daemonize: false,
      log: { file: undefined, level: 'info', format: 'text' },
      requireKey: undefined,
      allowedOrigins: [],
      allowedHosts: [],
      etcd: undefined,
      heartbeatMs: 15_000,
    });
  });

  it('listens at its own port where an address names none', () => {
    const ports = (...[flags, env]: Parameters<typeof read>): unknown => read(flags, env).config?.endpoints.map(({ address }) => address);
    const at = (host: string | undefined): object => ({ kind: 'tcp', host, port: 5010 });
    expect(ports({ bind: ['localhost', '*, [::1]'] })).toEqual([at('localhost'), at(undefined), at('::1')]);
    expect(ports({}, { GAFFER_LOOKUPD_BIND: '10.0.0.1' })).toEqual([at('10.0.0.1')]);
    expect(ports({}, { GAFFER_LOOKUPD_BIND: '' })).toEqual([at('127.0.0.1')]);
    expect(problems({ bind: ['-x'] }).join()).toContain('like 127.0.0.1:5010');
  });

  it('is told everything', () => {
    const { config } = read({
      bind: ['0.0.0.0:1, [::1]:2', 'unix:run/x.sock'],
      backlog: '7',
      'state-dir': 'state',
      pidfile: '../pid',
      daemon: true,
      'error-log': 'log/x',
      'log-level': 'debug',
      'log-format': 'json',
      'require-key': false,
      'allowed-origin': ['https://a.example, https://b.example', '*'],
      'allowed-host': ['lookup.example'],
      store: 'etcd://127.0.0.1:2379/x',
      heartbeat: '2.5',
    });
    expect(config).toMatchObject({
      endpoints: [
        { address: { kind: 'tcp', host: '0.0.0.0', port: 1 }, backlog: 7 },
        { address: { kind: 'tcp', host: '::1', port: 2 }, backlog: 7 },
        { address: { kind: 'unix', path: '/here/run/x.sock' }, backlog: 7 },
      ],
      stateDir: '/here/state',
      pidfile: '/pid',
      daemonize: true,
      log: { file: '/here/log/x', level: 'debug', format: 'json' },
      requireKey: false,
      allowedOrigins: ['https://a.example', 'https://b.example', '*'],
      allowedHosts: ['lookup.example'],
      etcd: 'etcd://127.0.0.1:2379/x',
      heartbeatMs: 2500,
    });
  });

  it('hears variables where options say nothing, and not those of gafferd', () => {
    const env = {
      GAFFER_LOOKUPD_BIND: '127.0.0.1:1,127.0.0.1:2',
      GAFFER_LOOKUPD_STATE_DIR: '/state',
      GAFFER_LOOKUPD_PIDFILE: '/pid',
      GAFFER_LOOKUPD_ERROR_LOG: '/log',
      GAFFER_LOOKUPD_LOG_LEVEL: 'error',
      GAFFER_LOOKUPD_LOG_FORMAT: 'json',
      GAFFER_LOOKUPD_STORE: 'etcd://h',
      GAFFER_LOOKUPD_HEARTBEAT: '1',
      GAFFERD_BIND: '0.0.0.0:9',
      GAFFERD_PIDFILE: '/wrong',
    };
    const said = { stateDir: '/state', pidfile: '/pid', log: { file: '/log', level: 'error', format: 'json' }, etcd: 'etcd://h', heartbeatMs: 1000 };
    expect(read({}, env).config).toMatchObject({ ...said, endpoints: [{ address: { port: 1 } }, { address: { port: 2 } }] });
    const empty = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
    expect(read({}, empty).config).toEqual(read({}).config);
    const flags = { bind: [':7'], store: 'memory', heartbeat: '9', 'log-level': 'info' };
    expect(read(flags, env).config).toMatchObject({
      endpoints: [{ address: { port: 7 } }],
      etcd: undefined,
      heartbeatMs: 9000,
      log: { level: 'info' },
    });
  });

  it.each([
    [{ home: '/h', isRoot: true, env: {} }, '/var/lib/gaffer-lookupd'],
    [{ home: '/h', isRoot: true, env: { XDG_STATE_HOME: '/xdg' } }, '/xdg/gaffer-lookupd'],
    [{ home: '/h', isRoot: false, env: { XDG_STATE_HOME: 'relative' } }, '/h/.local/state/gaffer-lookupd'],
  ])('keeps its keys beside what a gafferd of the same user keeps: %j', (place, folder) => {
    expect(readLookupdConfig({ ...PLACE, ...place, flags: {} }).config?.stateDir).toBe(folder);
  });

  it('of a user without a home wants to be told where', () => {
    const { config, findings } = readLookupdConfig({ ...PLACE, home: undefined, flags: {} });
    expect(config).toBeUndefined();
    expect(findings.map(formatFinding)).toEqual(['--state-dir: expected a folder for keys, as this user has no home folder; name one']);
  });

  it.each<[LookupdFlags, Env, string]>([
    [{ bind: ['nope:x'] }, {}, '--bind: expected a port from 0 to 65535, got "nope:x"'],
    [{}, { GAFFER_LOOKUPD_BIND: 'nope:x' }, 'GAFFER_LOOKUPD_BIND: expected a port from 0 to 65535, got "nope:x"'],
    [{ store: 'redis' }, {}, '--store: expected memory, or etcd://HOST:PORT[,HOST:PORT...] (etcds:// for TLS), got "redis"'],
    [{ store: '' }, {}, '--store: expected memory, or etcd://HOST:PORT[,HOST:PORT...] (etcds:// for TLS), got ""'],
    [
      {},
      { GAFFER_LOOKUPD_STORE: 'etcd://u:secret@' },
      'GAFFER_LOOKUPD_STORE: expected etcd://HOST:PORT[,HOST:PORT...] (or etcds:// for TLS), got "etcd://u:***@": a host is missing',
    ],
    [{ heartbeat: '0' }, {}, '--heartbeat: expected a number of seconds from 1 to 3600, got "0"'],
    [{ 'allowed-origin': ['nope'] }, {}, '--allowed-origin: expected an origin like https://example.com:8080, or *, got "nope"'],
    [{ certfile: 'x' }, {}, '--certfile: expected a certfile and a keyfile, got --certfile alone'],
    [{ cacert: 'x' }, {}, '--cacert: expected a certfile and a keyfile as well, got neither'],
    [{}, { GAFFER_LOOKUPD_CACERT: 'x' }, 'GAFFER_LOOKUPD_CACERT: expected a certfile and a keyfile as well, got neither'],
  ])('is told something wrong: %j %j', (flags, env, problem) => {
    expect(problems(flags, env)).toEqual([problem]);
  });

  it('says everything that is wrong at once', () => {
    expect(problems({ bind: ['x:y'], store: 'z', heartbeat: 'w', 'log-level': 'v' })).toHaveLength(4);
  });

  it('asks clients for certificates where it is told who signs them', () => {
    const folder = tempFolder();
    const authority = new TestAuthority();
    const { cert, key } = authority.server();
    const [certfile, keyfile, cacert] = ['cert', 'key', 'ca'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(certfile, cert);
    writeFileSync(keyfile, key);
    writeFileSync(cacert, authority.ca);
    const tlsOf = (flags: LookupdFlags): unknown => read(flags).config?.endpoints[0]?.tls;
    expect(tlsOf({ certfile, keyfile })).toMatchObject({ certfile, keyfile, cacert: undefined, peerCertificate: undefined });
    expect(tlsOf({ certfile, keyfile, cacert })).toMatchObject({ cacert, peerCertificate: 'required' });
  });
});
