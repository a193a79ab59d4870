import { describe, expect } from 'vitest';
import { ChannelClient } from '../../support/channel-client.ts';
import { becomes } from '../../support/processes.ts';
import { test } from '../../support/test-api.ts';

describe('a subscriber', { timeout: 90_000 }, () => {
  test('counts the exits of a thousand short-lived processes, none too few and none too many', async ({ api }) => {
    const client = await ChannelClient.open(api.port);
    await client.subscribe('EVENTS');
    await client.command('load', [{ name: 'short', cmd: 'true', numprocesses: 1000, on_exit: 'ignore' }], { sessionid: 'test' });
    const names = new Map<unknown, number>();
    let counted = 0;
    await becomes(() => {
      for (const { event, data } of client.messages.slice(counted)) {
        const name = event === 'gaffer:event' ? (data as { event: string }).event.replace(/\d+/, 'N') : event;
        names.set(name, (names.get(name) ?? 0) + 1);
      }
      counted = client.messages.length;
      return names.has('job.test.short.done');
    }, 60_000);
    expect(Object.fromEntries(names)).toEqual({
      'gaffer:subscription_success': 1,
      'gaffer:command_success': 1,
      load: 1,
      start: 1,
      'job.test.short.start': 1,
      spawn: 1000,
      'job.test.short.spawn': 1000,
      exit: 1000,
      'job.test.short.exit': 1000,
      'proc.N.exit': 1000,
      done: 1,
      'job.test.short.done': 1,
    });
  });

  test('that goes on behind an event gets all that followed, however much that is', async ({ api }) => {
    const job = 'many'.padEnd(500, 'x'); // so that each event is large
    await api.load(job, 'sleep 100', { numprocesses: 20 });
    const first = await ChannelClient.open(api.port);
    const { data } = await first.subscribe('EVENTS');
    const { seq, run } = data as { seq: number; run: string };
    for (let round = 0; round < 190; round += 1) {
      await api.supervisor.signalJob({ session: 'test', job }, 'SIGCONT');
    }
    const client = await ChannelClient.open(api.port);
    await client.subscribe('EVENTS', { since: `${seq}@${run}` });
    await becomes(() => client.messages.length > 190 * 21, 10_000);
    const seqs = client.eventsOf('EVENTS').map((event) => event['seq']);
    expect(seqs).toEqual(Array.from({ length: 190 * 21 }, (_, index) => seq + 1 + index));
    expect(client.messages.some(({ event }) => event === 'gaffer:dropped')).toBe(false);
  });

  test('may follow twenty processes that write as fast as they can', async ({ api }) => {
    const size = 2_000_000;
    await api.load('loud', `sh -c 'read x; head -c ${size} /dev/zero | tr "\\\\0" x; echo; exec sleep 100'`, {
      numprocesses: 20,
      redirect_input: true,
    });
    const client = await ChannelClient.open(api.port);
    const sizes = new Map<unknown, number>();
    client.socket.on('message', (text: Buffer) => {
      const { event, data } = JSON.parse(text.toString()) as { event: string; data?: { pid: number; data: string } };
      if (event === 'gaffer:event' && data !== undefined) {
        sizes.set(data.pid, (sizes.get(data.pid) ?? 0) + data.data.length);
      }
    });
    const pids = await api.supervisor.pids();
    await Promise.all(pids.map((pid) => client.subscribe(`STREAM:${pid}`)));
    await Promise.all(pids.map((pid) => client.command('send', [pid, 'go\n'])));
    await becomes(() => [...sizes.values()].filter((bytes) => bytes === size + 1).length === 20 || client.closed !== undefined, 60_000);
    expect(client.closed).toBeUndefined();
    expect([...sizes].sort(([a], [b]) => Number(a) - Number(b))).toEqual(pids.map((pid) => [pid, size + 1]));
  });
});
