import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { type WatchOptions, watchLookups } from '../../../src/cli/lookup/lookup-watch.ts';
import { Lookups } from '../../../src/client/lookups.ts';
import type { GafferError } from '../../../src/errors.ts';
import { fakeServer, nobody } from '../../support/fake-server.ts';
import { LookupRig } from '../../support/lookup-rig.ts';
import { becomes } from '../../support/processes.ts';
import { Proxy } from '../../support/proxy.ts';

const WAIT_MS = 10_000;

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text).trimEnd()) > 0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Somebody who follows lookupds until the end of the test. */
class Watching {
  readonly told: string[] = [];
  /** Whether it knows what there is at one of them, and is told what changes. */
  hasBegun = false;
  readonly #abort = new AbortController();
  readonly outcome: Promise<GafferError | undefined>;

  constructor(endpoints: readonly string[], options: Partial<WatchOptions> = {}) {
    const lookups = new Lookups(endpoints.map((endpoint) => ({ endpoint })));
    const { signal } = this.#abort;
    const reached = new Promise<number>((resolve) => signal.addEventListener('abort', () => resolve(0)));
    this.outcome = watchLookups(lookups, {
      patience: { reconnect: true, patienceMs: undefined },
      end: { signal, reached },
      tell: (event) => this.told.push([event.event, 'job_name' in event ? event.job_name : event.name].join(' ')),
      ready: () => {
        this.hasBegun = true;
        return undefined;
      },
      ...options,
    }).then(
      () => undefined,
      (error: unknown) => error as GafferError,
    );
    onTestFinished(async () => {
      await this.end();
      lookups.close();
    });
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await this.outcome;
  }

  /** Resolves when all of that was told; it fails where something else was. */
  async hears(...told: readonly string[]): Promise<void> {
    await becomes(() => this.told.length >= told.length, WAIT_MS);
    expect(this.told.splice(0)).toEqual(told);
  }
}

/** Resolves when somebody follows the lookupd. */
async function followed(...rigs: readonly LookupRig[]): Promise<void> {
  for (const rig of rigs) {
    const node = await rig.node();
    await node.register('probe');
    node.socket.terminate();
  }
}

it('a lookupd that was lost is awaited, and what has changed meanwhile is told', async () => {
  const rig = await LookupRig.open();
  const network = await Proxy.open(rig.port);
  const node = await rig.node();
  await node.register('one', { 'shop.web': [1], 'shop.old': [] }, { generation: 1 });
  await node.tell('PING', { seq: 1 });
  const watching = new Watching([network.url]);
  expect(await becomes(() => watching.hasBegun, WAIT_MS)).toBe(true);
  await node.tell('REGISTER_JOB', { job_name: 'shop.new', seq: 2 });
  await watching.hears('add_job shop.new');
  network.cut(false);
  expect(await becomes(() => said.length === 1, WAIT_MS)).toBe(true);
  await node.tell('UNREGISTER_JOB', { job_name: 'shop.old', seq: 3 });
  await node.tell('REGISTER_JOB', { job_name: 'shop.newer', seq: 4 });
  network.mend();
  await watching.hears('remove_job shop.old', 'add_job shop.newer');
  expect(said).toEqual([`gaffer: ${network.url} has gone away: waiting for it (Ctrl-C ends)`, `gaffer: ${network.url} is there again`]);
  await node.tell('REGISTER_PROCESS', { job_name: 'shop.newer', pid: 9, seq: 5 });
  await watching.hears('add_process shop.newer');
});

it('nodes that do not come back to a lookupd in time are gone', async () => {
  const rig = await LookupRig.open();
  const network = await Proxy.open(rig.port);
  const [stays, goes] = [await rig.node(), await rig.node()];
  await stays.register('stays');
  await goes.register('goes', { 'shop.web': [] });
  const watching = new Watching([network.url], { settleMs: 100 });
  expect(await becomes(() => watching.hasBegun, WAIT_MS)).toBe(true);
  await stays.tell('REGISTER_JOB', { job_name: 'shop.web' });
  await watching.hears('add_job shop.web');
  network.cut(false);
  goes.socket.terminate();
  expect(await becomes(() => rig.store.topology.nodes.length === 1, WAIT_MS)).toBe(true);
  network.mend();
  await watching.hears('remove_job shop.web', 'remove_node goes');
});

it('several tell each change once, and one of them may be away at first, go and come', async () => {
  const [a, b] = [await LookupRig.open(), await LookupRig.open()];
  const [toA, toB] = [await Proxy.open(a.port), await Proxy.open(b.port)];
  toB.cut(false);
  const watching = new Watching([toA.url, toB.url]);
  expect(await becomes(() => said.some((line) => line.endsWith('; it is waited for')), WAIT_MS)).toBe(true);
  const [one, other] = [await a.node(), await b.node()];
  await one.register('one', { 'shop.web': [1] });
  await watching.hears('identify one', 'add_job shop.web', 'add_process shop.web');
  await other.register('one', { 'shop.web': [1] });
  toB.mend();
  expect(await becomes(() => said.includes(`gaffer: ${toB.url} is there again`), WAIT_MS)).toBe(true);
  await other.tell('REGISTER_JOB', { job_name: 'shop.new' });
  await one.tell('REGISTER_JOB', { job_name: 'shop.new' });
  await watching.hears('add_job shop.new');
  toA.cut(false);
  one.socket.terminate();
  expect(await becomes(() => said.includes(`gaffer: ${toA.url} has gone away: waiting for it (Ctrl-C ends)`), WAIT_MS)).toBe(true);
  await other.tell('UNREGISTER_PROCESS', { job_name: 'shop.web', pid: 1 });
  await watching.hears('remove_process shop.web');
});

it('a lookupd that was never there is not waited for where there is no other, and none is without --reconnect', async () => {
  const away = await nobody();
  expect((await new Watching([away]).outcome)?.message).toMatch(/^no lookupd answers at /);
  expect((await new Watching([away, `${away}0`.slice(0, -2)]).outcome)?.message.split('\n')).toHaveLength(2);
  const rig = await LookupRig.open();
  const network = await Proxy.open(rig.port);
  const watching = new Watching([network.url, away], { patience: { reconnect: false, patienceMs: undefined } });
  expect(await becomes(() => said.length === 1 && watching.hasBegun, WAIT_MS)).toBe(true);
  expect(said[0]).toMatch(/^gaffer: no lookupd answers at .*; what it is told is missing from here on$/);
  await followed(rig);
  await watching.hears('identify probe', 'remove_node probe');
  network.cut(false);
  expect((await watching.outcome)?.message).toContain(`${network.url} has gone away: there is nothing more to follow`);
});

it('what is known to be no lookupd is not waited for, and the others are followed', async () => {
  const node = await fakeServer((request, response) => {
    const [status, body] = request.url === '/' ? [200, '{"welcome": "gaffer"}'] : [404, '{"error": 404}'];
    response.writeHead(status, { 'content-type': 'application/json', 'x-gaffer-seq': '1' }).end(body);
  });
  const rig = await LookupRig.open();
  const network = await Proxy.open(rig.port);
  const watching = new Watching([network.url, node]);
  expect(await becomes(() => said.length === 1 && watching.hasBegun, WAIT_MS)).toBe(true);
  expect(said).toEqual([`gaffer: ${node} is not a lookupd: it is a gafferd; name the right one with -L; what it is told is missing from here on`]);
  await followed(rig);
  await watching.hears('identify probe', 'remove_node probe');
});
