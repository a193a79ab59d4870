import { describe, expect, it, onTestFinished } from 'vitest';
import { Lookup, type LookupOptions } from '../../src/client/lookup.ts';
import { Lookups } from '../../src/client/lookups.ts';
import { GafferError, messageOf } from '../../src/errors.ts';
import type { LookupEvent } from '../../src/protocol/lookup-event.ts';
import { fakeServer, nobody } from '../support/fake-server.ts';
import { LookupRig } from '../support/lookup-rig.ts';
import { becomes } from '../support/processes.ts';

function lookupAt(endpoint: string, options: Partial<LookupOptions> = {}): Lookup {
  const lookup = new Lookup({ endpoint, ...options });
  onTestFinished(() => lookup.close());
  return lookup;
}

function urlOf({ port }: LookupRig): string {
  return `http://127.0.0.1:${port}`;
}

/** The message of what went wrong. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'nothing went wrong',
    (error: unknown) => (error instanceof GafferError ? messageOf(error) : `a bug: ${String(error)}`),
  );
}

describe('a lookupd', () => {
  it('tells nodes, jobs, sessions, and where a job and a session run', async () => {
    const rig = await LookupRig.open();
    await (await rig.node()).register('one', { 'shop.web': [2, 1], bare: [] });
    await rig.node();
    const lookup = lookupAt(urlOf(rig));
    const one = { name: 'one', origin: 'http://one:5000', version: '0.1' };
    const web = { name: 'one', pids: [1, 2], node_info: one };
    const bare = { name: 'one', pids: [], node_info: one };
    const jobs = [
      { name: 'default.bare', sources: [bare] },
      { name: 'shop.web', sources: [web] },
    ];
    expect(await lookup.nodes()).toEqual([one, { name: null, origin: null, version: null }]);
    expect(await lookup.jobs()).toEqual(jobs);
    expect(await lookup.sessions('one')).toEqual([
      { sessionid: 'default', jobs: { 'default.bare': [bare] } },
      { sessionid: 'shop', jobs: { 'shop.web': [web] } },
    ]);
    expect(await lookup.sessions('two')).toEqual([]);
    expect(await lookup.findJob('shop.web')).toEqual([web]);
    expect(await lookup.findJob('bare')).toEqual([bare]);
    expect(await lookup.findJob('no.such')).toEqual([]);
    expect(await lookup.findSession('shop')).toEqual([jobs[1]]);
  });

  it('tells how new it is what it knows of a node where that is asked, and else does not', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    await node.register('one', { 'shop.web': [1] }, { generation: 40 });
    const lookup = lookupAt(urlOf(rig));
    const age = async (): Promise<unknown> => (await lookup.nodes({ isDated: true }))[0];
    expect(await age()).toEqual({ name: 'one', origin: 'http://one:5000', version: '0.1', generation: 40 });
    await node.tell('PING', { seq: 12 });
    expect(await age()).toMatchObject({ generation: 40, seq: 12 });
    const all = [lookup.jobs({ isDated: true }), lookup.sessions(undefined, { isDated: true }), lookup.findJob('shop.web', { isDated: true })];
    for (const answer of [...(await Promise.all(all)), await lookup.findSession('shop', { isDated: true })]) {
      expect(JSON.stringify(answer)).toContain('"generation":40,"seq":12');
    }
    expect(JSON.stringify([await lookup.jobs(), await lookup.nodes()])).not.toContain('seq');
  });

  it('tells what happens, and what there was when that began', async () => {
    const rig = await LookupRig.open();
    const node = await rig.node();
    await node.register('one', { 'shop.web': [1] });
    const told: LookupEvent[] = [];
    const { feed, nodes, jobs } = await lookupAt(urlOf(rig)).events((event) => told.push(event));
    expect([nodes.map(({ name }) => name), jobs.map(({ name }) => name)]).toEqual([['one'], ['shop.web']]);
    await node.tell('REGISTER_PROCESS', { job_name: 'shop.web', pid: 2 });
    expect(await becomes(() => told.length > 0, 10_000)).toBe(true);
    expect(told).toMatchObject([{ event: 'add_process', node: { name: 'one' }, job_name: 'shop.web', pid: 2 }]);
    await rig.closeApi();
    expect((await feed.lost).message).toBe(`${urlOf(rig)} has closed the connection: the lookupd is stopping`);
  });

  const NOT_ONE = 'URL is not a lookupd:';
  it.each<[what: string, status: number, body: string, message: string]>([
    ['a node', 404, '{"welcome": "gaffer", "error": 404}', `${NOT_ONE} it answered 404 and no JSON`],
    ['a web server', 200, '<html>', `${NOT_ONE} its answer is no JSON`],
    ['what answers something else', 200, '{"jobs": ["shop.web"], "nodes": {}}', `${NOT_ONE} its answer to /nodes is none that a lookupd gives`],
    ['one with other nodes', 200, '{"nodes": [{"name": 3}]}', `${NOT_ONE} its answer to /nodes is none that a lookupd gives`],
  ])('is told from %s', async (what, status, body, message) => {
    const url = await fakeServer((request, response) => {
      const isNode = what === 'a node';
      response.writeHead(isNode && request.url === '/' ? 200 : status, { 'content-type': 'application/json' }).end(body);
    });
    const expected = what === 'a node' ? `${NOT_ONE} it is a gafferd` : message;
    expect(await failureOf(lookupAt(url).nodes())).toBe(`${expected.replace('URL', url)}; name the right one with -L`);
    expect(await failureOf(lookupAt(url).events(() => undefined))).toBe(`${expected.replace('URL', url)}; name the right one with -L`);
  });

  it('that is not there, does not answer or wants a key is named with what to do', async () => {
    const away = await nobody();
    expect(await failureOf(lookupAt(away).jobs())).toBe(`no lookupd answers at ${away}: start gaffer_lookupd, or name another lookupd with -L`);
    expect(await failureOf(lookupAt(away).events(() => undefined))).toMatch(/^no lookupd answers at /);
    const silent = await fakeServer(() => undefined);
    expect(await failureOf(lookupAt(silent, { timeoutMs: 50 }).jobs())).toBe(
      `${silent} has not answered within 0.05 s; is it gaffer_lookupd that listens there?`,
    );
    const closed = await fakeServer((_, response) => response.writeHead(401).end('{"error": 401, "code": "unauthorized", "message": "no key"}'));
    const noKey =
      "Unauthorized access. You need an API key: gaffer_lookupd --create-key '*+r' makes one, --lookup-key or GAFFER_LOOKUP_KEY names one";
    expect(await failureOf(lookupAt(closed).jobs())).toBe(noKey);
    expect(await failureOf(lookupAt(closed).events(() => undefined))).toBe(noKey);
  });
});

describe('several lookupds', () => {
  async function several(...endpoints: readonly string[]): Promise<Lookups> {
    const lookups = new Lookups(endpoints.map((endpoint) => ({ endpoint })));
    onTestFinished(() => lookups.close());
    return lookups;
  }

  it('are asked as one, and who cannot be asked does not spoil what the others tell', async () => {
    const [a, b, away] = [await LookupRig.open(), await LookupRig.open(), await nobody()];
    await (await a.node()).register('one', { 'shop.web': [1] });
    await (await b.node()).register('two', { 'shop.web': [1], 'blog.web': [2] });
    const lookups = await several(urlOf(a), urlOf(b), away, urlOf(a));
    expect(lookups.all).toHaveLength(3);
    const { answer, failures } = await lookups.jobs();
    expect(answer.map(({ name, sources }) => [name, ...sources.map((source) => source.name)])).toEqual([
      ['blog.web', 'two'],
      ['shop.web', 'one', 'two'],
    ]);
    expect(failures).toMatchObject([{ endpoint: away, error: { code: 'unreachable' } }]);
    expect((await lookups.nodes()).answer.map(({ name }) => name)).toEqual(['one', 'two']);
    expect((await lookups.findJob('shop.web')).answer).toHaveLength(2);
    expect((await lookups.sessions('two')).answer.map(({ sessionid }) => sessionid)).toEqual(['blog', 'shop']);
    expect((await lookups.findSession('blog')).answer).toHaveLength(1);
  });

  it('are not believed that a job is where another one knows better that it is not', async () => {
    const [a, b] = [await LookupRig.open(), await LookupRig.open()];
    const [stale, fresh] = [await a.node(), await b.node()];
    for (const node of [stale, fresh]) {
      await node.register('one', { 'shop.web': [1], 'shop.old': [2] }, { generation: 7 });
      await node.tell('PING', { seq: 3 });
    }
    await fresh.tell('UNREGISTER_JOB', { job_name: 'shop.old', seq: 4 });
    const lookups = await several(urlOf(a), urlOf(b));
    expect((await lookups.findJob('shop.old')).answer).toEqual([]);
    expect((await lookups.findSession('shop')).answer.map(({ name }) => name)).toEqual(['shop.web']);
  });

  it('say which of them has failed, also where the failure alone does not', async () => {
    const rig = await LookupRig.open();
    const locked = await fakeServer((_, response) => response.writeHead(401).end('{"error": 401, "code": "unauthorized", "message": "no key"}'));
    const { failures } = await (await several(urlOf(rig), locked)).nodes();
    expect(failures.map(({ error }) => error.message)).toEqual([expect.stringMatching(`^${locked}: Unauthorized access`)]);
  });

  it('fail when all of them do, with a line of each', async () => {
    const [one, two] = [await nobody(), await nobody()];
    expect(await failureOf((await several(one, two)).nodes())).toBe(
      [one, two].map((url) => `no lookupd answers at ${url}: start gaffer_lookupd, or name another lookupd with -L`).join('\n'),
    );
  });
});
