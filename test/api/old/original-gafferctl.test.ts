import { describe, expect, vi } from 'vitest';
import { CLIENT, COMMANDS, type Exchange, HEADERS, typeOf } from '../../support/original-gafferctl.ts';
import { type TestApi, test } from '../../support/test-api.ts';

/** Sends what was recorded, and looks whether the answers have what the original reads. What only begins is asked for until it is so. */
async function replay(api: TestApi, exchanges: readonly Exchange[]): Promise<void> {
  for (const exchange of exchanges) {
    const isRead = exchange.method === 'GET' || exchange.method === 'HEAD';
    await (isRead ? vi.waitFor(() => expectAnswer(api, exchange), { timeout: 5000, interval: 20 }) : expectAnswer(api, exchange));
  }
}

async function expectAnswer(api: TestApi, exchange: Exchange): Promise<void> {
  const { by, method, path, body, status: wanted = 200, json: read } = exchange;
  const { status, json } = await api.ask(method, path, { headers: { ...HEADERS, ...typeOf(exchange) }, ...(body !== undefined && { body }) });
  expect([by, status]).toEqual([by, wanted]);
  if (read !== undefined) {
    expect([by, json]).toEqual([by, Array.isArray(read) ? read : expect.objectContaining(read)]);
  }
}

describe('the original gafferctl', () => {
  test('finds in the answers to its commands what it reads there', async ({ api }) => {
    await replay(api, COMMANDS);
  });

  test('and its client find the rest too', async ({ api }) => {
    await replay(api, CLIENT);
  });

  test('watches what its commands do, under the names that it knows', async ({ api }) => {
    const headers = { 'content-type': 'text/event-stream', connection: 'close', 'user-agent': 'Tornado/6.2', 'accept-encoding': 'gzip' };
    const feed = await api.follow('/watch?feed=eventsource&heartbeat=60', true, headers);
    const commands = [
      ['add_process', 'POST', '/processes', '{"name": "web:one", "cmd": "sleep 1000", "os_env": true, "start": false}'],
      ['start', 'POST', '/processes/web:one/_start?wait=true', ''],
      ['add', 'POST', '/processes/web:one/_add/1', ''],
      ['sub', 'POST', '/processes/web:one/_sub/1', ''],
      ['stop', 'POST', '/processes/web:one/_stop?wait=true', ''],
      ['del_process', 'DELETE', '/processes/web:one?wait=true', ''],
    ] as const;
    const told: Record<string, readonly string[]> = {};
    let seen = 0;
    for (const [by, method, path, body] of commands) {
      await api.ask(method, path, { body });
      await feed.log.until(ENDS[by]);
      told[by] = feed.events.slice(seen).map(({ type }) => type);
      seen = feed.events.length;
    }
    expect(told).toEqual({
      add_process: ['create'],
      start: ['start', 'proc.web:one.start', 'spawn', 'proc.web:one.spawn'],
      add: ['update', 'spawn', 'proc.web:one.spawn'],
      sub: ['update', 'reap', 'proc.web:one.reap', 'exit', 'proc.web:one.exit'],
      stop: ['stop', 'proc.web:one.stop', 'stop_pid', 'proc.web:one.stop_pid', 'exit', 'proc.web:one.exit'],
      del_process: ['delete', 'stop', 'proc.web:one.stop'],
    });
    expect(feed.events.map(({ data }) => (JSON.parse(data) as { name: string }).name)).toEqual(feed.events.map(() => 'web:one'));
  });
});

/** The last that is told of a command. */
const ENDS = {
  add_process: '"event":"create"',
  start: '"event":"proc.web:one.spawn"',
  add: /(?:"event":"proc\.web:one\.spawn"[^]*){2}/,
  sub: '"event":"proc.web:one.exit"',
  stop: /(?:"event":"proc\.web:one\.exit"[^]*){2}/,
  del_process: /"event":"delete"[^]*"event":"proc\.web:one\.stop"/,
} as const;
