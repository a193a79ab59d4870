import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseEndpoint } from '../../src/client/endpoint.ts';
import { HttpClient } from '../../src/client/http.ts';
import { fakeServer } from '../support/fake-server.ts';

/** How a server answers a path. */
type Answers = Readonly<Record<string, (response: ServerResponse) => unknown>>;

const TIMEOUT_MS = 40;

/** Where something has to be answered in time: a busy machine takes its time. */
const SLOW_MS = 300;

const WORK = { patient: true };

/** A client of a server that answers nothing but what is told here, and the paths that it has asked for. */
async function clientOf(answers: Answers, timeoutMs = TIMEOUT_MS) {
  const asked: string[] = [];
  const endpoint = await fakeServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    answers[path]?.(response);
  });
  const client = new HttpClient({ endpoint: parseEndpoint(endpoint), apiKey: 'secret', timeoutMs });
  onTestFinished(() => client.close());
  return { client, asked, endpoint };
}

describe('an answer that may take its time', () => {
  test('is given up when a ping is not answered', async () => {
    const { client, asked, endpoint } = await clientOf({});
    await expect(client.ask('POST', '/work', WORK)).rejects.toMatchObject({
      code: 'no_answer',
      message: `${endpoint} has not answered within 0.04 s; is it gafferd that listens there?`,
    });
    expect(asked).toEqual(['/work', '/ping']);
  });

  test('is given up when the node hangs later', async () => {
    const oks = ['OK', 'OK'];
    const { client, asked } = await clientOf({ '/ping': (response) => oks.length > 0 && response.end(oks.pop()) }, SLOW_MS);
    await expect(client.ask('POST', '/work', WORK)).rejects.toMatchObject({ code: 'no_answer' });
    expect(asked).toEqual(['/work', '/ping', '/ping', '/ping']);
  });

  test('is given up when the answer to a ping never ends', async () => {
    const { client } = await clientOf({ '/ping': (response) => response.writeHead(200).write('O') });
    await expect(client.ask('POST', '/work', WORK)).rejects.toMatchObject({ code: 'no_answer' });
  });

  test.for([200, 302, 401, 404, 500])('is waited for while pings are answered with %i', async (status) => {
    let work: ServerResponse | undefined;
    let pings = 0;
    const { client, asked } = await clientOf(
      {
        '/work': (response) => (work = response),
        '/ping': (response) => {
          response.writeHead(status).end('x');
          pings += 1;
          if (pings === 2) {
            work?.end('done');
          }
        },
      },
      SLOW_MS,
    );
    expect((await client.ask('POST', '/work', WORK)).bytes.toString()).toBe('done');
    expect(asked).toEqual(['/work', '/ping', '/ping']);
  });

  test('is refused as any other', async () => {
    let work: ServerResponse | undefined;
    const { client } = await clientOf(
      {
        '/work': (response) => (work = response),
        '/ping': (response) => {
          response.end('OK');
          work?.writeHead(404).end('{"error":"not_found","reason":"no job \\"a\\" is loaded","code":"job_not_found"}');
        },
      },
      SLOW_MS,
    );
    await expect(client.ask('POST', '/work', WORK)).rejects.toMatchObject({ code: 'job_not_found', message: 'no job "a" is loaded' });
  });

  test('needs no ping where it comes soon', async () => {
    const { client, asked } = await clientOf({ '/work': (response) => response.end('done') }, 30_000);
    await client.ask('POST', '/work', WORK);
    expect(asked).toEqual(['/work']);
  });
});

describe('an answer that has begun', () => {
  test.for([WORK, {}])('and does not go on is given up (%j)', async (question) => {
    const { client, endpoint } = await clientOf({ '/work': (response) => response.writeHead(200, { 'content-length': 100 }).write('{') }, SLOW_MS);
    await expect(client.ask('GET', '/work', question)).rejects.toMatchObject({
      code: 'no_answer',
      message: `${endpoint} has begun an answer and not gone on within 0.3 s; is it gafferd that listens there?`,
    });
  });

  test('and is a refusal that does not go on is given up', async () => {
    const { client } = await clientOf({ '/work': (response) => response.writeHead(404).write('{') });
    await expect(client.ask('GET', '/work')).rejects.toMatchObject({ code: 'no_answer' });
  });

  test('is read to its end, however long that takes, while it goes on', async () => {
    const { client } = await clientOf(
      {
        '/work': (response) => {
          let left = 10;
          // it has to take longer than the limit
          const drip = setInterval(() => {
            left -= 1;
            response.write('.');
            if (left === 0) {
              clearInterval(drip);
              response.end();
            }
          }, 50);
        },
      },
      SLOW_MS,
    );
    expect((await client.ask('GET', '/work')).bytes.toString()).toBe('..........');
  });

  test('and is a feed may be silent', async () => {
    let feed: ServerResponse | undefined;
    const { client } = await clientOf(
      {
        '/feed': (response) => {
          feed = response;
          response.writeHead(200).write('a');
        },
      },
      SLOW_MS,
    );
    const { body } = await client.open('GET', '/feed');
    // another answer is waited for in vain, for as long as the feed is silent
    await expect(client.ask('GET', '/nothing')).rejects.toMatchObject({ code: 'no_answer' });
    feed?.end('b');
    const chunks: string[] = [];
    for await (const chunk of body ?? []) {
      chunks.push(chunk.toString());
    }
    expect(chunks.join('')).toBe('ab');
  });
});
