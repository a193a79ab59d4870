import { expect, it } from 'vitest';
import { ChannelClient } from '../../support/channel-client.ts';
import { FrameClient } from '../../support/frame-client.ts';
import { becomes } from '../../support/processes.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openLockedApi } from '../../support/test-accounts.ts';

const FEEDS = [
  '/log?pid=1&follow=true',
  '/streams/1/out?feed=continuous',
  '/streams/1/out?feed=eventsource',
  '/1/stats/feed',
  '/jobs/test/web/stats/feed',
];
const CHANNELS = ['/1/channel', '/1/channel?mode=1', '/1/channel/out', '/wstreams/1'];
const TOPICS = ['PROCESS:1', 'JOB:test.web', 'STATS:1', 'STATS:test.web', 'STREAM:1', 'STREAM:1.out'];
const JOB = { session: 'test', job: 'web' };

it('whose job is unloaded meanwhile leaves nothing behind at the node, and fails at nothing', { timeout: 60_000 }, async () => {
  const spy = new SpyNode();
  const { api, key } = await openLockedApi({}, (node) => spy.around(node));
  const before = spy.listeners;
  const headers = { 'x-api-key': key({ manage: ['test'] }) };
  for (let round = 0; round < 3; round += 1) {
    await api.load('web', 'cat', { redirect_input: true });
    const pid = (await api.supervisor.pids())[0] ?? 0;
    const at = (text: string): string =>
      text.replaceAll('1', (digit, index: number) =>
        /[/:=]/.test(text[index - 1] ?? '') && !text.includes('mode=1', index - 5) ? String(pid) : digit,
      );
    const feeds = FEEDS.map((path) => api.follow(at(path), true, headers));
    const channels = CHANNELS.map((path) => FrameClient.open(api.port, at(path), headers));
    const control = await ChannelClient.open(api.port, undefined, headers);
    for (const topic of TOPICS) {
      control.say({ event: 'SUB', data: { topic: at(topic) } });
    }
    if (round > 0) {
      await Promise.all([...feeds, ...channels]); // in the first round they are under way
    }
    const unloaded = api.supervisor.unload(JOB);
    control.say({ event: 'CMD', data: { identity: 1, name: 'send', args: [pid, 'text'] } });
    control.say({ event: 'CMD', data: { identity: 2, name: 'process_info', args: [pid] } });
    await unloaded;
    await Promise.all(channels.map(async (channel) => await (await channel).closing));
    expect(await control.command('process_info', [pid])).toMatchObject({ error: { errno: 404 } });
    expect(await control.subscribe(`STREAM:${pid}`)).toMatchObject({ event: 'gaffer:subscription_error' });
    control.socket.terminate();
    for (const feed of feeds) {
      (await feed).leave();
    }
    expect(await becomes(() => spy.listeners === before, 10_000)).toBe(true);
  }
  expect(api.warnings).toEqual([]);
  expect((await api.ask('GET', '/jobs')).json).toEqual({ jobs: [] });
});
