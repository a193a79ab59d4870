import fc from 'fast-check';
import { expect } from 'vitest';
import { test } from './rig.ts';

const section = fc.constantFrom(
  'gaffer',
  'ssl',
  'lookup_ssl',
  'webhooks',
  'webhook:a',
  'auth',
  'endpoint:a',
  'process:a',
  'job:b:a',
  'env:a',
  'DEFAULT',
  '__proto__',
);
const key = fc.constantFrom(
  ...[
    'bind',
    'backlog',
    'http_endpoints',
    'state_dir',
    'daemonize',
    'error_log',
    'log_level',
    'require_key',
    'old_api',
    'allowed_origins',
    'allowed_hosts',
  ],
  ...['plugins_dir', 'lookupd_address', 'broadcast_address', 'include', 'certfile', 'keyfile', 'cmd', 'priority', 'env:A', '.', 'constructor'],
  ...['event', 'url', 'secret', 'secret_file', 'spawn', 'job.A.b'],
);
const value = fc.oneof(
  fc.string(),
  fc.constantFrom('', 'yes', '-1', 'a, b', ':1', '[::1]', 'unix:', '~', '%', '%(bind)s', 'http://a b', 'x\n  y = z'),
);
const line = fc.oneof(
  section.map((name) => `[${name}]`),
  fc.tuple(key, value).map(([name, text]) => `${name} = ${text}`),
  fc.string(),
);

test('any text is a configuration, or is told what is wrong with it', ({ rig }) => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      rig.write('x.ini', lines.join('\n'));
      const { config, findings } = rig.read();
      expect(config === undefined).toBe(findings.some(({ level }) => level === 'error'));
      expect(findings.map(({ message }) => message).filter((message) => /undefined|\n/.test(message))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
