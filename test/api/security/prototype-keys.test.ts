import { afterEach, describe, expect, it } from 'vitest';
import { allOperations } from '../../../src/api/operations.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import type { TestApi } from '../../support/test-api.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__'];

/** By hand: JSON.stringify would leave out what is no member of its own. */
const EVIL = '{"polluted":"yes","admin":true,"shell":true,"os_env":true,"manage":["*"]}';

const BODIES: readonly string[] = NAMES.flatMap((name) => [
  `{"${name}":${EVIL}}`,
  `{"name":"web","cmd":"sleep 100","${name}":${EVIL}}`,
  `{"name":"web","cmd":"sleep 100","env":{"${name}":"x","A":"1"}}`,
  `{"name":"web","cmd":"sleep 100","env":{"A":${EVIL},"${name}":${EVIL}}}`,
  `{"name":"web","cmd":"sleep 100","flapping":{"${name}":${EVIL}}}`,
  `{"name":"web","cmd":"sleep 100","constructor":{"prototype":${EVIL}}}`,
  `{"scale":1,"${name}":${EVIL}}`,
  `{"signal":"HUP","${name}":${EVIL}}`,
  `{"env":{"${name}":${EVIL}},"graceful_timeout":1}`,
  `{"permissions":{"read":["shop"],"${name}":${EVIL}}}`,
  `{"permissions":{"read":["${name}"]},"label":"${name}","parent":"${name}"}`,
  `{"username":"${name}","password":"correct horse battery","${name}":${EVIL}}`,
  `{"username":"ada","password":"correct horse battery","extra":{"${name}":${EVIL}}}`,
  `{"password":"correct horse battery","${name}":${EVIL},"user_type":1}`,
  `{"event":"${name}","url":"http://127.0.0.1:9/","${name}":${EVIL}}`,
  `[{"${name}":${EVIL}}]`,
]);

afterEach(expectUnpolluted);

function expectUnpolluted(): void {
  const plain: Readonly<Record<string, unknown>> = {};
  expect([plain['polluted'], plain['shell'], plain['admin'], Object.keys(Object.prototype)]).toEqual([undefined, undefined, undefined, []]);
  expect((Object as unknown as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
}

async function expectOthersAsTheyWere(api: TestApi): Promise<void> {
  const { config } = await api.supervisor.jobInfo({ session: 'kept', job: 'web' });
  expect(config).toEqual({ name: 'web', cmd: 'sleep 100', env: { A: '1' } });
  expect(await api.supervisor.jobs('kept')).toEqual([{ session: 'kept', job: 'web' }]);
  expectUnpolluted();
}

describe('a member called like one that objects have', () => {
  it('changes nothing but what it says in the body of any operation', { timeout: 180_000 }, async () => {
    const { api, key } = await openLockedApi();
    await api.supervisor.load('kept', { name: 'web', cmd: 'sleep 100', env: { A: '1' } });
    const plain = key({ read: ['shop'] });
    const withBody = Object.entries(allOperations({ version: '' })).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.body?.kind === 'json' && !/user/i.test(operation.id))
        .map(([method]) => [method, path.replace(':session', 'shop').replace(':job', 'web').replace(':pid', '9').replace(':key', 'k')] as const),
    );
    expect(withBody.length).toBeGreaterThan(5);
    for (const [method, path] of withBody) {
      for (const body of BODIES) {
        const { status } = await api.ask(method, path, { body });
        expect([method, path, body, status < 500]).toEqual([method, path, body, true]);
      }
      expectUnpolluted();
    }
    await expectOthersAsTheyWere(api);
    expect((await api.ask('GET', '/keys', { headers: { 'x-api-key': plain } })).status).toBe(403);
    expect(api.warnings).toEqual([]);
  });

  it('makes nobody more than he is among users', { timeout: 180_000 }, async () => {
    const { api, key, accounts } = await openLockedApi();
    const maker = key({ createUser: true });
    for (const body of BODIES.filter((text) => text.includes('password'))) {
      for (const [method, path] of [
        ['POST', '/users'],
        ['PUT', '/users/ada'],
      ] as const) {
        const { status } = await api.ask(method, path, { body, headers: { 'x-api-key': maker } });
        expect([body, status < 500]).toEqual([body, true]);
      }
    }
    for (const { type, keyId } of accounts.users.all) {
      expect([type, keyId]).toEqual([1, undefined]);
    }
    expect(accounts.keys.all).toHaveLength(2);
  });

  it('changes nothing on the control channel', async () => {
    const { api, admin } = await openLockedApi();
    await api.supervisor.load('kept', { name: 'web', cmd: 'sleep 100', env: { A: '1' } });
    const channel = await ChannelClient.open(api.port, undefined, { 'x-api-key': admin });
    let identity = 0;
    for (const name of NAMES) {
      for (const message of [
        `{"event":"CMD","data":{"identity":"${name}","name":"${name}","${name}":${EVIL}}}`,
        `{"event":"CMD","data":{"identity":1,"name":"load","args":[{"name":"x${(identity += 1)}","cmd":"sleep 100","${name}":${EVIL}}],"kwargs":{"${name}":${EVIL}}}}`,
        `{"event":"CMD","data":{"identity":1,"name":"load","args":[{"name":"y${identity}","cmd":"sleep 100"}],"kwargs":{"env":{"${name}":"x"},"sessionid":"${name}"}}}`,
        `{"event":"CMD","data":{"identity":1,"name":"info","args":["${name}"],"kwargs":{"sessionid":"${name}"}}}`,
        `{"event":"CMD","data":{"identity":{"${name}":${EVIL}},"name":"commit","args":["kept.web",null,{"${name}":${EVIL}}]}}`,
        `{"event":"SUB","data":{"topic":"${name}","${name}":${EVIL}}}`,
        `{"event":"SUB","data":{"topic":"JOB:kept.${name}"}}`,
        `{"event":"${name}","data":${EVIL},"${name}":${EVIL}}`,
      ]) {
        channel.say(message);
      }
    }
    expect(await channel.command('info', ['kept.web'])).toHaveProperty('result');
    expect(channel.closed).toBeUndefined();
    await expectOthersAsTheyWere(api);
    expect(api.warnings).toEqual([]);
  });

  it('names nothing that there is not: sessions, jobs, users, keys, streams, parameters, headers', async () => {
    const { api } = await openLockedApi();
    await api.load('web', 'sleep 100');
    for (const name of NAMES) {
      for (const path of [
        `/${name}`,
        `/jobs/${name}`,
        `/jobs/test/${name}`,
        `/jobs/${name}/${name}/state`,
        `/sessions/${name}/state`,
        `/keys/${name}`,
        `/users/${name}`,
        `/webhooks/${name}`,
        `/streams/1/${name}`,
        `/1/tail?stream=${name}`,
        `/stats/${name}`,
        `/log?job=test.${name}&follow=true`,
      ]) {
        expect([path, (await api.ask('GET', path)).status]).toEqual([path, 404]);
      }
      for (const query of [`${name}=x`, `${name}[polluted]=x`, `${name}.polluted=x`, `lines=${name}`, `follow=${name}`, `session=${name}`]) {
        const { status } = await api.ask('GET', `/log?${query}`, { headers: { [name]: 'x' } });
        expect([query, [200, 400, 404].includes(status)]).toEqual([query, true]);
      }
      expect((await api.ask('GET', '/jobs', { headers: { 'x-api-key': name } })).status).toBe(403);
      expect((await api.ask(name === '__proto__' ? 'GET' : 'PURGE', '/jobs')).status).toBeLessThan(500);
      expectUnpolluted();
    }
  });
});
