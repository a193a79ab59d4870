import { describe, expect, it } from 'vitest';
import type { JobConfig } from '../../../src/job/config.ts';
import { ChannelClient } from '../../support/channel-client.ts';
import { RawClient } from '../../support/raw-client.ts';
import { openLockedApi } from '../../support/test-accounts.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

/** Parts of paths by which somebody tries to get elsewhere. */
const TRICKS = [
  '..',
  '.',
  '%2e%2e',
  '%2e',
  '..%2f',
  '..%2fblog',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%252e%252e',
  '..%252fblog',
  '..%5cblog',
  '..\\blog',
  'a%2fb',
  'web%2f..%2f..%2fblog%2fweb',
  '%00',
  'web%00',
  '%c0%ae%c0%ae',
  '%c0%afblog',
  '%ff',
  '%zz',
  '%',
  '%u002e',
  '\u00e9',
  '%E2%80%AE',
  '%0d%0aX-Evil:%201',
  ';x=1',
  'WEB',
  'web.',
  'web%20',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
];

async function withTwoSessions(api: TestApi): Promise<void> {
  await api.supervisor.load('shop', { name: 'web', cmd: 'sleep 100' });
  await api.supervisor.load('blog', { name: 'web', cmd: 'sleep 200', env: { PASSWORD: 'hunter2' } });
}

/** Asks with a path as it is: a client of Node's would tidy it up. */
async function askRaw(api: TestApi, line: string, secret: string): Promise<string> {
  const client = await RawClient.open({ port: api.port });
  client.ask(`${line} HTTP/1.1`, ['Host: localhost', `X-Api-Key: ${secret}`, 'Connection: close', 'Content-Length: 0']);
  await client.over;
  client.socket.destroy();
  return client.log.text;
}

describe('a key for one session', () => {
  it('gets at no other one, by whatever path', { timeout: 180_000 }, async () => {
    const { api, key } = await openLockedApi();
    await withTwoSessions(api);
    const secret = key({ manage: ['shop'] });
    for (const trick of TRICKS) {
      for (const path of [
        `/jobs/shop/${trick}`,
        `/jobs/shop/${trick}/web`,
        `/jobs/shop/${trick}/blog/web`,
        `/jobs/${trick}/web`,
        `/jobs/shop%2f${trick}/web`,
        `/jobs/shop/web/${trick}/${trick}/blog/web`,
        `//jobs/blog/${trick}`,
        `/jobs//shop/${trick}`,
        `/stats/${trick}`,
        `/stats/shop.${trick}`,
        `/streams/2/${trick}`,
        `/sessions/${trick}/state`,
        `/keys/${trick}`,
        `/users/${trick}`,
        `/watch/${trick}`,
        `/${trick}`,
        `/2${trick}`,
        `/2%2f${trick}`,
        `/log?job=shop.${trick}&session=blog`,
        `/log?session=${trick}`,
        `/overview?session=shop&session=${trick}&session=blog`,
      ]) {
        const answer = await askRaw(api, `GET ${path}`, secret);
        expect([path, answer]).toEqual([path, expect.stringMatching(/^HTTP\/1\.1 (200|400|403|404|405) /)]);
        expect([path, answer]).not.toEqual([path, expect.stringMatching(/"blog\.web"|sleep 200|hunter2|\nX-Evil|root:/)]);
      }
      for (const line of [
        `DELETE /jobs/shop/${trick}/blog/web`,
        `DELETE /jobs/${trick}/web`,
        `DELETE /sessions/${trick}`,
        `DELETE /keys/${trick}`,
        `DELETE /users/${trick}`,
      ]) {
        expect([line, await askRaw(api, line, secret)]).toEqual([line, expect.stringMatching(/^HTTP\/1\.1 (400|403|404|405) /)]);
      }
    }
    expect(await api.supervisor.pids()).toEqual([1, 2]);
    expect(api.warnings).toEqual([]);
  });
});

describe('a key for one job', () => {
  it('gets at no other whose name begins with its own, however the name is divided', async () => {
    const { api, key } = await openLockedApi();
    await api.supervisor.load('a', { name: 'b', cmd: 'sleep 100' });
    await api.supervisor.load('a', { name: 'b.c', cmd: 'sleep 100' });
    const secret = key({ manage: ['a.b'] });
    const channel = await ChannelClient.open(api.port, undefined, { 'x-api-key': secret });
    expect(await channel.command('info', ['b'], { sessionid: 'a' })).toHaveProperty('result');
    for (const [args, kwargs] of [
      [['a.b.c'], {}],
      [['b.c'], { sessionid: 'a' }],
      [['c'], { sessionid: 'a.b' }],
      [['a/b.c'], {}],
    ] as const) {
      const given = JSON.stringify([args, kwargs]);
      expect([given, await channel.command('stop_job', args, kwargs)]).toEqual([
        given,
        expect.objectContaining({ error: expect.anything() as unknown }),
      ]);
    }
    expect(await channel.subscribe('JOB:a.b.c')).toMatchObject({ event: 'gaffer:subscription_error' });
    for (const path of [
      '/jobs/a/b.c',
      '/jobs/a.b/c',
      '/stats/a.b:c',
      '/stats/a.b.c',
      '/log?session=a.b',
      '/log?job=a.b.c',
      '/overview?session=a.b',
    ]) {
      const { status } = await api.ask('GET', path, { headers: { 'x-api-key': secret } });
      expect([path, [403, 404].includes(status)]).toEqual([path, true]);
    }
    expect(await api.supervisor.pids()).toEqual([1, 2]);
  });
});

describe('a job of any name', () => {
  it('is that job, and takes no other’s place', { timeout: 180_000 }, async () => {
    const api = await openApi();
    await withTwoSessions(api);
    const names = TRICKS.map((trick) => unescapedOr(trick)).filter((name) => name.trim() !== '' && !name.includes('\0'));
    for (const name of new Set(names)) {
      const isFit = !/^\.{1,2}$|\//.test(name); // others could not be named in a path
      const path = `/jobs/shop/${encodeURIComponent(name)}`;
      const config: JobConfig = { name, cmd: 'sleep 100', start: false };
      expect([name, (await api.ask('POST', '/jobs/shop', { body: config })).status]).toEqual([name, isFit ? 200 : 400]);
      if (!isFit) {
        continue;
      }
      expect([name, (await api.ask('GET', path)).json]).toEqual([name, expect.objectContaining({ name: `shop.${name}`, max_processes: 1 })]);
      expect([name, (await api.ask('DELETE', `${path}?wait=true`)).status]).toEqual([name, 200]);
    }
    expect((await api.ask('GET', '/jobs')).json).toEqual({ jobs: ['shop.web', 'blog.web'] });
    expect(api.warnings).toEqual([]);
  });

  it('is told in no header', async () => {
    const api = await openApi();
    const name = 'a\r\nX-Evil: 1\r\n\r\n<script>';
    await api.ask('POST', '/jobs/shop', { body: { name, cmd: 'sleep 100' } });
    for (const path of [
      '/jobs',
      '/overview',
      '/log',
      '/1',
      '/stats',
      `/jobs/shop/${encodeURIComponent(name)}`,
      `/jobs/shop/${encodeURIComponent(`${name}x`)}`,
    ]) {
      const { headers, status } = await api.ask('GET', path);
      expect([path, status < 500, headers['x-evil'], String(headers['content-type']).startsWith('text/html')]).toEqual([
        path,
        true,
        undefined,
        false,
      ]);
    }
  });

  it.each(['a\r\nb', '../a', 'a/b', 'a.b', '__proto__', '\u001b[2J', ' ', 'a b', '%2e%2e', '-rf'])(
    'has no session of the name %j',
    async (session) => {
      const api = await openApi();
      const { status } = await api.ask('POST', `/jobs/${encodeURIComponent(session)}`, { body: { name: 'web', cmd: 'sleep 100' } });
      expect(status).toBe(400);
      expect(await api.supervisor.sessions()).toEqual([]);
    },
  );
});

function unescapedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
