import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askAt } from '../../../support/gafferd.ts';
import { answering, PluginRig, starting } from '../../../support/plugin-rig.ts';

/** Answers whose handlers fail, by what is logged of them. */
const WRONG: Readonly<Record<string, readonly [handler: string, logged: RegExp]>> = {
  throws: ["throw new Error('no answer');", /^GET \/_plugin\/throws\/ failed: Error: no answer$/],
  'throws-text': ["throw 'a text';", /^GET \/_plugin\/throws-text\/ failed: 'a text'$/],
  nothing: ['', /failed: TypeError: expected a Response, got undefined$/],
  text: ["return 'fine';", /failed: TypeError: expected a Response, got 'fine'$/],
  'no-status': ['return Response.error();', /failed: TypeError: expected a Response with a status, got Response\.error\(\)$/],
  used: [
    "const response = new Response('x'); await response.text(); return response;",
    /failed: TypeError: expected a Response with a body that nobody else reads/,
  ],
  locked: [
    "const response = new Response('x'); response.body.getReader(); return response;",
    /failed: TypeError: expected a Response with a body that nobody else reads/,
  ],
};

/** Bodies that end before their end. */
const TORN: Readonly<Record<string, string>> = {
  'a stream that fails':
    "let n = 0; return new Response(new ReadableStream({ pull(c) { n += 1; if (n > 2) throw new Error('torn'); c.enqueue(new Uint8Array(10)); } }));",
  'a body of no bytes':
    "let n = 0; return new Response(new ReadableStream({ pull(c) { n += 1; c.enqueue(n > 2 ? 'text' : new Uint8Array(10)); } }));",
};

describe('a route of a plugin', () => {
  it('that fails is answered with 500, logged, and answers again', async () => {
    const rig = await PluginRig.open();
    const routes = Object.entries(WRONG).map(
      ([name, [handler]]) => `context.route('GET', '/${name}/', { need: 'public' }, async () => { ${handler} });`,
    );
    rig.write('wrong', starting(`${routes.join('\n')} context.route('GET', '/fine', { need: 'public' }, () => new Response('fine'));`));
    await rig.start();
    for (const [name, [, logged]] of Object.entries(WRONG)) {
      const { status, json } = await rig.api.ask('GET', `/_plugin/wrong/${name}/`);
      expect({ name, status, json }).toMatchObject({ name, status: 500, json: { error: 'plugin_failed' } });
      expect(
        rig
          .said('wrong')
          .findLast((line) => line.startsWith('GET '))
          ?.replace('/wrong', ''),
        name,
      ).toMatch(logged);
    }
    expect((await rig.api.ask('GET', '/_plugin/wrong/fine')).text).toBe('fine');
    expect(rig.info('wrong')?.state).toBe('started');
  });

  it.each(Object.entries(TORN))('breaks off with %s, so that nobody takes it for whole', async (_, handler) => {
    const rig = await PluginRig.open();
    rig.write('torn', answering(handler));
    await rig.start();
    await expect(askAt(`http://127.0.0.1:${rig.api.port}`, 'GET', '/_plugin/torn/')).rejects.toThrow(/aborted|hang up/);
    await rig.log.until('plugin torn: GET /_plugin/torn/ failed');
    expect(rig.info('torn')?.state).toBe('started');
  });

  it('gets a request as it was sent, and its answer goes out as it was given', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'echo',
      starting(`context.route('POST', '/:word/*', { need: 'public' }, async (request, { params, keyId, from }) => {
        const body = Buffer.from(await request.arrayBuffer()).toString('hex');
        const headers = new Headers({ 'content-type': 'application/x-thing', 'x-own': 'yes', connection: 'close', 'x-gaffer-seq': '99' });
        headers.append('set-cookie', 'a=1');
        headers.append('set-cookie', 'b=2');
        return new Response(JSON.stringify({ method: request.method, url: request.url, params, keyId, from, body, headers: [...request.headers] }), { status: 201, headers });
      });`),
    );
    await rig.start();
    const { status, headers, json } = await rig.api.ask('POST', '/_plugin/echo/a%20b/c/d?x=1%202&x=3', {
      body: Buffer.from([0, 1, 255]),
      headers: { 'content-type': 'text/x; a=b', 'x-api-key': 'a-secret', authorization: 'Bearer a-secret', cookie: 'c=d', host: 'localhost:5000' },
    });
    expect({ status, type: headers['content-type'], own: headers['x-own'], cookies: headers['set-cookie'] }).toEqual({
      ...{ status: 201, type: 'application/x-thing', own: 'yes', cookies: ['a=1', 'b=2'] },
    });
    expect(headers['x-gaffer-seq']).not.toBe('99');
    const { headers: sent, ...rest } = json as { headers: [string, string][] };
    expect(rest).toEqual({
      ...{ method: 'POST', url: 'http://localhost:5000/_plugin/echo/a%20b/c/d?x=1%202&x=3', params: { word: 'a b', '*': 'c/d' } },
      ...{ from: '127.0.0.1', body: '0001ff' },
    });
    expect(Object.fromEntries(sent)).toMatchObject({ 'content-type': 'text/x; a=b', cookie: 'c=d', host: 'localhost:5000' });
    expect(JSON.stringify(json)).not.toContain('a-secret');
  });

  it('answers HEAD, 204 and pieces of no bytes without a hitch', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'plain',
      starting(`
        context.route('GET', '/head', { need: 'public' }, () => new Response('text', { headers: { 'x-own': 'yes' } }));
        context.route('DELETE', '/', { need: 'public' }, () => new Response(null, { status: 204 }));
        context.route('GET', '/pieces', { need: 'public' }, () => new Response(new ReadableStream({ start(c) {
          for (const text of ['', 'a', '', '', 'b', '']) c.enqueue(new TextEncoder().encode(text));
          c.close();
        } })));`),
    );
    await rig.start();
    expect(await rig.api.ask('HEAD', '/_plugin/plain/head')).toMatchObject({ status: 200, text: '', headers: { 'x-own': 'yes' } });
    expect(await rig.api.ask('DELETE', '/_plugin/plain/')).toMatchObject({ status: 204, text: '' });
    expect(await rig.api.ask('GET', '/_plugin/plain/pieces')).toMatchObject({ status: 200, text: 'ab' });
  });

  it('that never answers is given up, and what it would still say is not heard', async () => {
    const rig = await PluginRig.open({ limits: { answerMs: 200 } });
    rig.write(
      'silent',
      answering(
        "request.signal.addEventListener('abort', () => console.log('left alone')); await new Promise((r) => setTimeout(r, 400)); return new Response('late');",
      ),
    );
    await rig.start();
    expect(await rig.api.ask('GET', '/_plugin/silent/')).toMatchObject({ status: 504, json: { error: 'plugin_silent' } });
    await rig.log.until('plugin silent: left alone');
  });

  it('answers five hundred at a time, refuses more, and then answers again', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'many',
      starting(`
        let open = []; let count = 0;
        context.route('GET', '/', { need: 'public' }, async () => { count += 1; if (count === 500) console.log('all are here'); await new Promise((r) => open.push(r)); return new Response('x'); });
        context.route('GET', '/other', { need: 'public' }, () => new Response('y'));
        await context.onEvent('load', () => { for (const go of open.splice(0)) go(); });`),
    );
    await rig.start();
    const answers = Array.from({ length: 500 }, () => rig.api.ask('GET', '/_plugin/many/'));
    await rig.log.until('all are here');
    expect(await rig.api.ask('GET', '/_plugin/many/')).toMatchObject({ status: 503, json: { error: 'plugin_unavailable' } });
    await rig.api.load('go', 'sleep 100');
    expect((await Promise.all(answers)).filter(({ text }) => text === 'x')).toHaveLength(500);
    expect((await rig.api.ask('GET', '/_plugin/many/other')).text).toBe('y');
  });

  it('is told when nobody waits for its answer any more', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'endless',
      answering(`return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1000)); }, cancel() { console.log('cancelled'); } }));`),
    );
    await rig.start();
    const asked = request({ port: rig.api.port, path: '/_plugin/endless/' }, (answer) => answer.once('data', () => answer.destroy())).on(
      'error',
      () => undefined,
    );
    asked.end();
    await rig.log.until('plugin endless: cancelled');
    expect(rig.said('endless')).toEqual(['started', 'cancelled']);
  });

  it('waits for a slow reader, and keeps little for him meanwhile', async () => {
    const rig = await PluginRig.open();
    rig.write(
      'huge',
      answering(`let n = 0; return new Response(new ReadableStream({ pull(c) {
        n += 1; context.log.info(n + ' MB');
        if (n > 1000) c.close(); else c.enqueue(new Uint8Array(1024 * 1024));
      } }));`),
    );
    await rig.start();
    const socket = connect(rig.api.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.pause();
    socket.write('GET /_plugin/huge/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await rig.log.until('plugin huge: 1 MB');
    expect(await settled(() => rig.said('huge').length)).toBeLessThan(40); // the system itself takes a few megabytes for a connection
    socket.destroy();
  });
});

describe('a plugin that loops without end in a route', () => {
  it('keeps nobody else from being answered, and is ended with the node', async () => {
    const rig = await PluginRig.open({ limits: { answerMs: 1000, stopMs: 200 } });
    rig.write('loops', answering('for (;;);'));
    rig.write('fine', answering("return new Response('fine');"));
    await rig.start();
    const looping = rig.api.ask('GET', '/_plugin/loops/');
    expect((await rig.api.ask('GET', '/_plugin/fine/')).text).toBe('fine');
    expect((await rig.api.ask('GET', '/ping')).status).toBe(200);
    expect((await looping).status).toBe(504);
    await rig.host.stop();
    expect(rig.said('loops')).toEqual(['started', 'it is ended: it does not stop within 0.2 seconds']);
  });
});

/** A number, when it has not changed for a while. */
async function settled(look: () => number): Promise<number> {
  let [last, same] = [look(), 0];
  while (same < 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = look() === last ? same + 1 : 0;
    last = look();
  }
  return last;
}
