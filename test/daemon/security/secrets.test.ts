import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ApiFeed } from '../../support/api-feed.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { askAt } from '../../support/gafferd.ts';
import { type TestMachine, test } from '../../support/machine.ts';

const PASSWORD = 'correct tapir battery';

/** Makes an admin, and tells the secret of the key. */
async function makeAdmin(machine: TestMachine): Promise<string> {
  const file = machine.write('password', PASSWORD);
  chmodSync(file, 0o600);
  const { stdout } = await machine.run(['--create-admin-user', '--username', 'me', '--password-file', file], { bind: [] });
  return /API Key: (\S+)/.exec(stdout)?.[1] ?? expect.fail(stdout);
}

describe('secrets of gafferd', () => {
  test('are nowhere: not in its files, its log, its answers or the list of processes', { timeout: 60_000 }, async ({ machine }) => {
    const admin = await makeAdmin(machine);
    const daemon = await machine.start(['--require-key', '-vv', '--log-level', 'debug'], {
      env: { GAFFER_API_KEY: admin, GAFFER_KEY_PASSPHRASE: PASSWORD },
    });
    const [url = ''] = daemon.urls;
    const said: string[] = [];
    const ask = async (method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) => {
      const { text } = await askAt(url, method, path, body, { 'x-api-key': admin, ...headers });
      said.push(text);
      return text;
    };
    const { api_key: made } = JSON.parse(await ask('POST', '/keys', { permissions: { manage: ['*'] } })) as { api_key: string };
    said.pop(); // it is told once
    const secrets = new RegExp(`${admin}|${made}|tapir|a-key-of-my-very-own|scrypt[$:]|hook-secret`);
    await ask('POST', '/users', { username: 'ada', password: PASSWORD, key: 'a-key-of-my-very-own' });
    await ask('GET', '/auth', undefined, { authorization: `Basic ${Buffer.from(`me:${PASSWORD}x`).toString('base64')}` });
    await ask('PUT', '/users/ada/password', { password: [PASSWORD] });
    await ask('POST', '/webhooks', { event: '.', url: 'http://127.0.0.1:9/', secret: 'hook-secret' });
    await ask('POST', '/jobs/shop', { name: 'web', cmd: 'sleep 100', os_env: true });
    await ask('GET', `/keys/${made}`);
    await ask('GET', `/keys%2F${made}`);
    await ask('GET', `/keys/${made}/nothing`);
    await ask('DELETE', `/keys/${made}?x`);
    for (const path of [
      '/keys?include_keys=true',
      '/users?include_user=true',
      '/webhooks',
      '/metrics',
      '/log',
      '/openapi.json',
      '/jobs/shop/web',
      '/1',
    ]) {
      await ask('GET', path);
    }
    expect(said.join('\n')).not.toMatch(secrets);
    expect(daemon.stderr.text).toContain('/keys/…');
    expect(daemon.stdout.text + daemon.stderr.text).not.toMatch(secrets);
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => read(`/proc/${pid}/cmdline`));
    expect(commands.join('\n')).not.toMatch(secrets);
    const [osPid = 0] = await osPidsWith(url, admin);
    expect(read(`/proc/${osPid}/environ`)).toContain('GAFFER_TEST='); // it has the rest of gafferd's
    expect(read(`/proc/${osPid}/environ`)).not.toMatch(secrets);
    for (const file of readdirSync(machine.state, { recursive: true, encoding: 'utf8' })) {
      const path = join(machine.state, file);
      const stat = statSync(path);
      expect([file, stat.mode & 0o077]).toEqual([file, 0]);
      // what receivers sign with has to be known; passwords are there as hashes
      expect([file, stat.isFile() && new RegExp(`${admin}|${made}|tapir|a-key-of-my-very-own`).test(readFileSync(path, 'latin1'))]).toEqual([
        file,
        false,
      ]);
    }
    expect(readdirSync(machine.state)).toContain('state.db-wal');
  });

  test('of channels that are open when SIGHUP asks for keys: they are ended, and nobody gets in without', async ({ machine }) => {
    const admin = await makeAdmin(machine);
    machine.configure('require_key = false');
    const daemon = await machine.start();
    const [url = ''] = daemon.urls;
    const { port } = new URL(url);
    const channel = await ChannelClient.open(Number(port));
    expect((await channel.subscribe('EVENTS'))['event']).toBe('gaffer:subscription_success');
    const feed = await ApiFeed.open(Number(port), '/events');
    expect(await channel.command('sessions')).toHaveProperty('result');
    machine.configure('require_key = true');
    daemon.signal('SIGHUP');
    expect(await channel.closing()).toBe(1008);
    expect(await feed.ended).toBe(false);
    await daemon.stderr.until('the configuration is read anew');
    expect((await daemon.ask('POST', '/jobs/shop', { name: 'web', cmd: 'sleep 100' })).status).toBe(401);
    expect((await askAt(url, 'GET', '/jobs', undefined, { 'x-api-key': admin })).json).toEqual({ jobs: [] });
  });
});

async function osPidsWith(url: string, key: string): Promise<number[]> {
  const { json } = await askAt(url, 'GET', '/1', undefined, { 'x-api-key': key });
  return [(json as { os_pid: number }).os_pid];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', '\n');
  } catch {
    return ''; // it has ended
  }
}
