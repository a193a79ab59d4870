import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { TestAuthority } from '../../support/certificates.ts';
import { askAt } from '../../support/gafferd.ts';
import { test } from '../../support/machine.ts';

describe('gafferd listens', () => {
  test('at every kind of address at once', async ({ machine }) => {
    const { cert, key } = new TestAuthority().server();
    machine.write('first.pem', cert);
    machine.write('first.key', key);
    const socket = join(machine.root, 'gafferd.sock');
    machine.configure(
      `bind = 127.0.0.1:0, localhost:0, unix:${socket}`,
      'http_endpoints = safe',
      ...['[endpoint:safe]', 'bind = 127.0.0.1:0', 'certfile = first.pem', 'keyfile = first.key'],
    );
    const daemon = await machine.start([], { bind: [] });
    expect(daemon.urls.map((url) => url.replace(/\d+$/, 'N'))).toEqual([
      'http://127.0.0.1:N',
      'http://localhost:N',
      `unix://${socket}`,
      'https://127.0.0.1:N',
    ]);
    for (const url of daemon.urls) {
      expect(await askAt(url, 'GET', '/ping')).toMatchObject({ status: 200, text: 'OK' });
    }
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  test('at a socket that a killed one has left', async ({ machine }) => {
    const socket = join(machine.root, 'gafferd.sock');
    const killed = await machine.start([], { bind: ['--bind', `unix:${socket}`] });
    await killed.end('SIGKILL');
    expect(statSync(socket).isSocket()).toBe(true);
    const next = await machine.start([], { bind: ['--bind', `unix:${socket}`] });
    expect((await next.ask('GET', '/ping')).text).toBe('OK');
    await next.end('SIGTERM');
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('not at a socket that somebody answers, or in the place of a file', async ({ machine }) => {
    const socket = join(machine.root, 'other.sock');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    const file = machine.write('file', 'precious');
    for (const path of [socket, file]) {
      expect(await machine.run([], { bind: ['--bind', `unix:${path}`] })).toMatchObject({
        code: 1,
        stderr: `gafferd: cannot listen on unix:${path}: another program listens there; stop it, or name another address with --bind\n`,
      });
    }
    expect(statSync(socket).isSocket()).toBe(true);
    server.close();
    const missing = await machine.run([], { bind: ['--bind', 'unix:nowhere/gafferd.sock'] });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such folder') as string });
  });
});
