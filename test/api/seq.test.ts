import { describe, expect } from 'vitest';
import { EventLog } from '../support/event-log.ts';
import { openApi, test } from '../support/test-api.ts';

const WEB = '/jobs/test/web';

function seqOf({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): number {
  expect(headers['x-gaffer-seq']).toMatch(/^\d+$/);
  return Number(headers['x-gaffer-seq']);
}

describe('every answer', () => {
  test('says which was the last event before it', async ({ api }) => {
    expect(seqOf(await api.ask('GET', '/ping'))).toBe(0);
    await api.load('web', 'sleep 100');
    for (const [method, path] of [
      ['GET', '/ping'],
      ['HEAD', '/jobs'],
      ['OPTIONS', '/jobs'],
      ['GET', '/log'],
      ['HEAD', '/events'],
      ['GET', '/nothing'],
      ['PUT', '/jobs'],
      ['GET', '/%zz'],
      ['GET', '/jobs/test/nobody'],
      ['POST', '/jobs/test'],
    ] as const) {
      expect([method, path, seqOf(await api.ask(method, path))]).toEqual([method, path, 3]);
    }
    expect(seqOf(await api.ask('GET', '/jobs', { headers: { 'if-none-match': '*' } }))).toBe(3);
    expect(seqOf(await api.ask('GET', '/jobs', { headers: { host: 'evil.example' } }))).toBe(3);
  });

  test('says it also of events from before the API', async () => {
    const first = await openApi();
    await first.load('web', 'sleep 100');
    const second = await openApi({}, () => first.supervisor);
    expect(seqOf(await second.ask('GET', '/ping'))).toBe(3);
  });

  test.for<[string, string, (object | string)?]>([
    ['POST', '/jobs/test', { name: 'other', cmd: 'sleep 100', numprocesses: 3 }],
    ['PUT', `${WEB}?wait=true`, { cmd: 'sleep 200' }],
    ['POST', `${WEB}/numprocesses`, { scale: 2 }],
    ['POST', `${WEB}/signal`, { signal: 'CONT' }],
    ['POST', `${WEB}/state?wait=true`, '0'],
    ['POST', `${WEB}/state?wait=true`, '2'],
    ['POST', `${WEB}/restart?wait=true`],
    ['POST', `${WEB}/commit`, {}],
    ['POST', '/sessions/test/state?wait=true', '0'],
    ['POST', '/1/signal', { signal: 'CONT' }],
    ['POST', '/1/restart?wait=true'],
    ['DELETE', '/1?wait=true&replace=false'],
    ['DELETE', `${WEB}?wait=true`],
    ['DELETE', '/sessions/test?wait=true'],
  ])('to %s %s comes after all that this has caused', async ([method, path, body], { api }) => {
    await api.load('web', 'sleep 100', { numprocesses: 2 });
    const events = new EventLog(api.supervisor);
    const seq = seqOf(await api.ask(method, path, body === undefined ? {} : { body }));
    const last = events.all.at(-1)?.seq ?? 0;
    expect(last).toBeGreaterThan(4);
    expect(seq).toBeGreaterThanOrEqual(last);
  });

  test.for<[string, string, string, string?]>([
    ['DELETE', WEB, 'stop'],
    ['DELETE', '/sessions/test', 'stop'],
    ['DELETE', '/1', 'stop_process'],
    ['POST', `${WEB}/state`, 'stop', '0'],
    ['POST', `${WEB}/state`, 'reload', '2'],
    ['POST', '/1/restart', 'stop_process'],
  ])('to %s %s that does not wait comes after the beginning: %s', async ([method, path, type, body], { api }) => {
    await api.load('web', 'sleep 100');
    const events = new EventLog(api.supervisor);
    const seq = seqOf(await api.ask(method, path, body === undefined ? {} : { body }));
    expect(seq).toBeGreaterThanOrEqual(events.all.find((event) => event.type === type)?.seq ?? Number.POSITIVE_INFINITY);
  });
});
