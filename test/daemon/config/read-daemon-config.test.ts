import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { cpuMsOf } from '../../support/cpu-time.ts';
import { test } from './rig.ts';

describe('without a word', () => {
  test('everything has its default', ({ rig }) => {
    const { config, findings } = rig.read({ config: undefined });
    expect(findings).toEqual([]);
    expect(config).toEqual({
      files: [],
      configDir: join(rig.home, '.gaffer'),
      endpoints: [{ address: { kind: 'tcp', host: '127.0.0.1', port: 5000 }, backlog: 128, tls: undefined }],
      stateDir: join(rig.home, '.local/state/gaffer'),
      pidfile: undefined,
      daemonize: false,
      log: { file: undefined, level: 'info', format: 'text' },
      verbosity: 0,
      requireKey: undefined,
      oldApi: true,
      allowedOrigins: [],
      allowedHosts: [],
      pluginsDir: join(rig.home, '.gaffer/plugins'),
      pluginSections: new Map(),
      lookupd: {
        addresses: [],
        broadcastAddress: undefined,
        nodeName: undefined,
        key: undefined,
        keyFile: undefined,
        tls: undefined,
        heartbeatMs: 15_000,
      },
      webhooks: [],
      auth: { authDbname: 'auth.db', keysDbname: 'keys.db' },
      jobs: [],
    });
  });

  test('a user without a home has to name the folder of the state', ({ rig }) => {
    const nobody = { home: undefined };
    expect(rig.lines(rig.read({ config: undefined }, nobody))).toEqual([
      '--state-dir: expected a folder for the state, as this user has no home folder; name one',
    ]);
    expect(rig.read({ config: undefined, 'state-dir': '/s' }, nobody).config?.stateDir).toBe('/s');
  });
});

const FULL = `
[gaffer]
bind = 10.0.0.1:81, [::1]:82
backlog: 7
state_dir = state
pidfile = /run/gafferd.pid
daemonize = yes
error_log = ~/gafferd.log
log_level = Debug
log_format = json
require_key = off
allowed_origins = https://a.example, *
allowed_hosts = node1 node2:80
plugins_dir = more/plugins
lookupd_address = http://one:5010
lookupd_address_2 = https://two:5010
broadcast_address = http://me:5000
node_name = web-1.example

[process:dummy]
cmd = sleep 1

[webhooks]
spawn = http://localhost/a http://localhost/b
. = https://localhost/all

[auth]
auth_backend = default
keys_dbname = old/keys.db

[plugin:Board]
Greeting = Hi
`;

describe('a file', () => {
  test('may say everything', ({ rig }) => {
    const config = rig.config(FULL);
    expect(config).toMatchObject({
      files: [join(rig.home, 'x.ini')],
      configDir: rig.home,
      endpoints: [
        { address: { kind: 'tcp', host: '10.0.0.1', port: 81 }, backlog: 7 },
        { address: { kind: 'tcp', host: '::1', port: 82 }, backlog: 7 },
      ],
      stateDir: join(rig.home, 'state'),
      pidfile: '/run/gafferd.pid',
      daemonize: true,
      log: { file: join(rig.home, 'gafferd.log'), level: 'debug', format: 'json' },
      requireKey: false,
      allowedOrigins: ['https://a.example', '*'],
      allowedHosts: ['node1', 'node2:80'],
      pluginsDir: join(rig.home, 'more/plugins'),
      pluginSections: new Map([['board', { greeting: 'Hi' }]]),
      lookupd: { addresses: ['http://one:5010', 'https://two:5010'], broadcastAddress: 'http://me:5000', nodeName: 'web-1.example', tls: undefined },
      webhooks: [
        { event: 'spawn', url: 'http://localhost/a' },
        { event: 'spawn', url: 'http://localhost/b' },
        { event: '.', url: 'https://localhost/all' },
      ],
      auth: { authDbname: 'auth.db', keysDbname: 'old/keys.db' },
    });
  });

  test('is beaten by the command line in all that both can say', ({ rig }) => {
    const config = rig.config(FULL, {
      bind: [':90', 'unix:g.sock'],
      backlog: '8',
      'state-dir': '/s',
      pidfile: 'p',
      daemon: false,
      'error-log': '-',
      'log-level': 'error',
      'log-format': 'text',
      'require-key': true,
      'allowed-origin': ['http://b'],
      'allowed-host': ['c,d', 'e'],
      'plugin-dir': '/p',
      'lookupd-address': ['http://three'],
      'broadcast-address': 'https://you',
      'node-name': 'you',
      verbose: 3,
    });
    expect(config).toMatchObject({
      endpoints: [
        { address: { kind: 'tcp', host: undefined, port: 90 }, backlog: 8 },
        { address: { kind: 'unix', path: join(rig.home, 'g.sock') }, backlog: 8 },
      ],
      stateDir: '/s',
      pidfile: join(rig.home, 'p'),
      daemonize: false,
      log: { file: undefined, level: 'error', format: 'text' },
      verbosity: 2,
      requireKey: true,
      allowedOrigins: ['http://b'],
      allowedHosts: ['c', 'd', 'e'],
      pluginsDir: '/p',
      lookupd: { addresses: ['http://three'], broadcastAddress: 'https://you', nodeName: 'you' },
    });
  });

  test('keeps its lookupd addresses when the command line has none', ({ rig }) => {
    expect(rig.config('[gaffer]\nlookupd_address1 = http://a', { 'lookupd-address': undefined }).lookupd.addresses).toEqual(['http://a']);
  });

  test('comes after the environment, but for plugins', ({ rig }) => {
    const env = { GAFFERD_STATE_DIR: 'env/state', GAFFERD_BIND: 'a,b:1', GAFFER_PLUGIN_DIR: '/env', GAFFERD_PIDFILE: '', XDG_STATE_HOME: '/xdg' };
    expect(rig.config(FULL, { 'error-log': 'log' }, { env })).toMatchObject({
      stateDir: join(rig.home, 'env/state'),
      endpoints: [{ address: { host: 'a' } }, { address: { host: 'b' } }],
      pluginsDir: join(rig.home, 'more/plugins'),
      pidfile: '/run/gafferd.pid',
    });
    const { pluginsDir, stateDir } = rig.config('[gaffer]', {}, { env: { GAFFER_PLUGIN_DIR: '/env', XDG_STATE_HOME: '/xdg' } });
    expect([pluginsDir, stateDir]).toEqual(['/env', '/xdg/gaffer']);
  });

  test('may be a folder, named by an option or a variable', ({ rig }) => {
    const path = rig.write('etc/gafferd.ini', '[gaffer]\npidfile = p');
    const byOption = rig.read({ config: 'etc' }).config;
    const byVariable = rig.read({ config: undefined }, { env: { GAFFERD_CONFIG: join(rig.home, 'etc') } }).config;
    expect(byOption).toMatchObject({ files: [path], configDir: join(rig.home, 'etc'), pidfile: join(rig.home, 'etc/p') });
    expect(byVariable).toEqual(byOption);
  });

  test('is found in the home folder', ({ rig }) => {
    const path = rig.write('.gaffer/gafferd.ini', '[gaffer]');
    expect(rig.read({ config: undefined }).config?.files).toEqual([path]);
  });

  test('must be there if it is named', ({ rig }) => {
    mkdirSync(join(rig.home, 'empty'));
    expect(rig.lines(rig.read({ config: 'no.ini' }))).toEqual(['--config: cannot read no.ini: there is no such file']);
    expect(rig.lines(rig.read({ config: 'empty' }))).toEqual(['--config: cannot read empty/gafferd.ini: there is no such file']);
    expect(rig.lines(rig.read({ config: undefined }, { env: { GAFFERD_CONFIG: 'no' } }))).toEqual([
      'GAFFERD_CONFIG: cannot read no: there is no such file',
    ]);
  });
});

describe('what is wrong is told', () => {
  test('all at once, with options first', ({ rig }) => {
    const text = '[gafer]\n[gaffer]\nbackog = 7\nlog_level = loud\n[process:web]\nnumprocesses = two\n[ssl]\nciphers = x\n';
    expect(rig.findings(text, { backlog: 'many', 'log-format': 'xml' }, { env: { GAFFERD_BROADCAST_ADDRESS: 'me' } })).toEqual([
      'x.ini:1: expected a section like [process:web], got [gafer]; did you mean "gaffer"?',
      'x.ini:3: [gaffer] backog: no such key; did you mean "backlog"?',
      'x.ini:4: [gaffer] log_level: expected one of critical, error, warning, info, debug, got "loud"',
      'x.ini:6: [process:web] numprocesses: expected a whole number from 0, got "two"',
      'x.ini:8: [ssl] ciphers: expected a certfile and a keyfile as well, got neither',
      '--log-format: expected one of text, json, got "xml"',
      '--backlog: backlog should be an integer from 1 to 2147483647, got "many"',
      'GAFFERD_BROADCAST_ADDRESS: invalid broadcast address: expected one that starts with http:// or https://, got "me"',
    ]);
  });

  test.for<[string, readonly string[]]>([
    ['', ['x.ini: expected a section [gaffer], found none; add a line "[gaffer]"']],
    ['[process:a]\ncmd = x', ['x.ini: expected a section [gaffer], found none; add a line "[gaffer]"']],
    ['\uFEFF[gaffer]\r\nbacklog = x\r\n', ['x.ini:2: [gaffer] backlog: backlog should be an integer from 1 to 2147483647, got "x"']],
    ['[gaffer]\nbind = a\nbind = b', ['x.ini:3: key "bind" is there twice in [gaffer], on lines 2 and 3; remove one']],
    ['[gaffer]\nplugins_dir = a\nplugin_dir = b', ['x.ini:3: [gaffer] plugin_dir: x.ini:2 says this already; remove one']],
    ['[gaffer]\ncertfile = a', ['x.ini:2: [gaffer] certfile: no such key here; it belongs to [endpoint:NAME] or [ssl] or [lookup_ssl]']],
    ['[gaffer]\nrequire_key = 2', ['x.ini:2: [gaffer] require_key: expected true or false, got "2"']],
    ['[gaffer]\ndaemonize =', ['x.ini:2: [gaffer] daemonize: expected true or false, got ""']],
    ['[gaffer]\npidfile =', ['x.ini:2: [gaffer] pidfile: expected a text on one line, got ""']],
    [
      '[gaffer]\nbind = a\n  backlog = 5',
      ['x.ini:2: [gaffer] bind: the indented line "backlog = 5" goes on with this value; remove the blanks in front of it'],
    ],
    ['[gaffer]\nallowed_origins = example.com', [expect.stringContaining('x.ini:2: [gaffer] allowed_origins: expected an origin like')]],
    ['[gaffer]\nallowed_hosts = http://x', [expect.stringContaining('x.ini:2: [gaffer] allowed_hosts: expected a host like')]],
    [
      '[gaffer]\nlookupd_address_x = one',
      [expect.stringContaining('x.ini:2: [gaffer] lookupd_address_x: expected an address that starts with http')],
    ],
    [
      '[gaffer]\nnode_name = my node',
      ['x.ini:2: [gaffer] node_name: invalid node name: expected one of letters, digits, "_", "." and "-", got "my node"'],
    ],
    ['[gaffer]\nbroadcast_address = one', [expect.stringContaining('x.ini:2: [gaffer] broadcast_address: invalid broadcast address: ')]],
    ['[gaffer]\n[webhooks]\nexit = ftp://x', [expect.stringContaining('x.ini:3: [webhooks] exit: expected an address that starts with http')]],
    ['[gaffer]\n[webhooks]\nexit =', [expect.stringContaining('x.ini:3: [webhooks] exit: expected an address')]],
    [
      '[gaffer]\n[auth]\nauth_backend = my.module\nkeys_backend = other',
      [
        'x.ini:3: [auth] auth_backend: expected default, got "my.module"; gafferd keeps users and keys in its state folder, and has no other place for them',
        expect.stringContaining('x.ini:4: [auth] keys_backend: expected default, got "other"'),
      ],
    ],
    [
      '[gaffer]\n[auth]\nkeys_dbname = :memory:',
      ['x.ini:3: [auth] keys_dbname: expected the name of a file, got ":memory:"; gafferd always keeps users and keys, in its state folder'],
    ],
    ['[gaffer]\n[auth]\nbackend = x', ['x.ini:3: [auth] backend: no such key']],
    ['[gaffer]\npidfile = 50%', [expect.stringContaining('x.ini:2: [gaffer] pidfile: expected "%%" for a percent sign')]],
    ['[gaffer]\nstate_dir = %(root)s/x\nroot = /srv', [expect.stringContaining('x.ini:3: [gaffer] root: no such key')]],
  ])('%j', ([text, expected], { rig }) => {
    expect(rig.findings(text)).toEqual(expected);
  });

  test('as a warning when the log of a background process is nowhere', ({ rig }) => {
    const message = 'nobody will see the log, for in the background stderr leads nowhere; name a file with error_log';
    expect(rig.findings('[gaffer]\ndaemonize = on')).toEqual([`x.ini:2: [gaffer] daemonize: ${message}`]);
    expect(rig.findings('[gaffer]', { daemon: true })).toEqual([`--daemon: ${message}`]);
    expect(rig.findings('[gaffer]\ndaemonize = on', { 'error-log': 'x.log' })).toEqual([]);
  });
});

test('keys of [DEFAULT] can be used in others', ({ rig }) => {
  expect(rig.config('[DEFAULT]\nroot = /srv\n[gaffer]\npidfile = %(root)s/x').pidfile).toBe('/srv/x');
});

test('nothing is made on the disk', ({ rig }) => {
  rig.read({ config: undefined });
  expect(rig.lines(rig.read({ config: '.gaffer' }))).toEqual(['--config: cannot read .gaffer: there is no such file']);
});

test('five hundred jobs are read quickly', async ({ rig }) => {
  const jobs = Array.from({ length: 500 }, (_, n) => `[process:job${n}]\ncmd = sleep 100\nnumprocesses = 2\nenv:A = b\n[env:job${n}]\nb = c\n`);
  const text = `[gaffer]\n${jobs.join('')}`;
  expect(await cpuMsOf(() => expect(rig.config(text).jobs).toHaveLength(500))).toBeLessThan(1000);
});
