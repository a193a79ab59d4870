import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { untilListening } from '../../src/cli/local-session.ts';

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gaffer-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'api.sock');
}

describe('a session that has just been started', () => {
  it('is waited for until it listens', async () => {
    const socket = socketPath();
    const server = createServer((connection) => connection.on('error', () => undefined).end());
    onTestFinished(() => void server.close());
    let listens = false;
    setTimeout(() => server.listen(socket, () => (listens = true)), 200);
    await untilListening({ pid: 1, socket, app: 'shop' });
    expect(listens).toBe(true);
  });

  it('is not waited for longer than 2 s', async () => {
    const socket = socketPath();
    await expect(untilListening({ pid: 17, socket, app: 'shop' })).rejects.toThrow(
      `the gaffer start of this folder (pid 17) does not answer on ${socket} (ENOENT): stop it and start it again`,
    );
  });
});
