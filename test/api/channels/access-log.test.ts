import { expect } from 'vitest';
import { ChannelClient } from '../../support/channel-client.ts';
import { becomes } from '../../support/processes.ts';
import { test } from '../../support/test-api.ts';

test('a channel is noted when it is over, and one that is refused with its status', async ({ api }) => {
  const client = await ChannelClient.open(api.port);
  client.socket.close();
  await expect(ChannelClient.open(api.port, '/nothing/here')).rejects.toThrow(/404/);
  await expect(ChannelClient.open(api.port, '/channel/websocket', { origin: 'http://evil.test' })).rejects.toThrow(/403/);
  const noted = (): (readonly [string, number])[] => api.access.map(({ url, status }) => [url, status]);
  expect(await becomes(() => api.access.length === 3, 10_000)).toBe(true);
  expect(noted()).toEqual(
    expect.arrayContaining([
      ['/channel/websocket', 101],
      ['/nothing/here', 404],
      ['/channel/websocket', 403],
    ]),
  );
});
