import { describe, expect, it } from 'vitest';
import { BROWSER, browse } from '../../support/browser.ts';
import { openRebindingProxy, PageServer } from '../../support/page-server.ts';
import { becomes } from '../../support/processes.ts';
import { SpyNode } from '../../support/spy-node.ts';
import { openApi, type TestApi } from '../../support/test-api.ts';

const TRANSPORTS = [
  'websocket',
  'xhr-streaming',
  'xhr-polling',
  'eventsource',
  'iframe-eventsource',
  'iframe-htmlfile',
  'iframe-xhr-polling',
  'jsonp-polling',
];

/** A page that loads a job over each transport, and counts the ends of its ten processes. */
const GOOD_PAGE = `
const use = (node, transport) => new Promise((resolve) => {
  const job = 'page-' + transport;
  const socket = new SockJS(node + '/channel', null, { transports: [transport] });
  const seen = { transport, exits: 0, answers: [] };
  const say = (event, data) => socket.send(JSON.stringify({ event, data }));
  socket.onopen = () => {
    seen.opened = socket.transport;
    say('SUB', { topic: 'EVENTS' });
    say('CMD', { identity: 'ä€', name: 'load', args: [{ name: job, cmd: 'true', numprocesses: 10, on_exit: 'ignore' }], kwargs: { sessionid: 'test' } });
  };
  socket.onmessage = ({ data: text }) => {
    const { event, data } = JSON.parse(text);
    if (event !== 'gaffer:event') seen.answers.push([event, data.id]);
    if (event === 'gaffer:event' && data.event === 'job.test.' + job + '.exit') seen.exits += 1;
    if (event === 'gaffer:event' && data.event === 'job.test.' + job + '.done') socket.close();
  };
  socket.onclose = ({ code, reason }) => resolve({ ...seen, closed: [code, reason] });
  setTimeout(() => resolve({ ...seen, late: true }), 30_000);
});
`;

const SUCCESS = TRANSPORTS.map((transport) => ({
  transport,
  opened: transport,
  exits: 10,
  answers: [
    ['gaffer:subscription_success', null],
    ['gaffer:command_success', 'ä€'],
  ],
  closed: [1000, 'Normal closure'],
}));

/** A network in which the page that SockJS puts into frames gets its script. */
async function scriptNetwork(rules: readonly string[] = []): Promise<readonly string[]> {
  const script = await PageServer.open('', true);
  return [
    `--host-resolver-rules=${['MAP cdn.jsdelivr.net:443 127.0.0.1:'.concat(String(script.port)), ...rules].join(',')}`,
    '--ignore-certificate-errors',
  ];
}

/** A page that tries to get at a node in every way that a page has; it reports what it could. */
const EVIL_PAGE = `
const got = [];
const job = JSON.stringify({ name: 'evil', cmd: 'true' });
const message = JSON.stringify([JSON.stringify({ event: 'CMD', data: { identity: 1, name: 'load', args: [JSON.parse(job)] } })]);
const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const within = (promise) => Promise.race([promise, soon(4000)]);
const attempt = async (what, call) => {
  try {
    if (await within(call())) got.push(what);
  } catch {}
};
const put = (tag, members) => new Promise((resolve) => {
  const element = Object.assign(document.createElement(tag), members, { onload: () => resolve(element), onerror: () => resolve(undefined) });
  document.body.append(element);
});
const isRead = async (answer) => answer.ok && (await answer.text()) !== '';
const opens = (socket) => new Promise((resolve) => {
  socket.onopen = () => resolve(true);
  socket.onerror = socket.onclose = () => resolve(false);
});
const attack = async (node, transports) => {
  window.called = () => got.push('a script was run');
  addEventListener('message', ({ data }) => got.push('a frame spoke: ' + data));
  await Promise.all([
    attempt('read jobs', async () => await isRead(await fetch(node + '/jobs'))),
    attempt('read jobs with cookies', async () => await isRead(await fetch(node + '/jobs', { credentials: 'include' }))),
    attempt('read SockJS', async () => await isRead(await fetch(node + '/channel/info'))),
    attempt('load', async () => await isRead(await fetch(node + '/jobs/test', { method: 'POST', body: job }))),
    attempt('load as JSON', async () => await isRead(await fetch(node + '/jobs/test', { method: 'POST', headers: { 'content-type': 'application/json' }, body: job }))),
    fetch(node + '/jobs/test', { mode: 'no-cors', method: 'POST', body: job }).catch(() => undefined),
    fetch(node + '/channel/000/guess/xhr', { mode: 'no-cors', method: 'POST' })
      .then(() => fetch(node + '/channel/000/guess/xhr_send', { mode: 'no-cors', method: 'POST', headers: { 'content-type': 'text/plain' }, body: message }))
      .catch(() => undefined),
    attempt('event source', () => opens(new EventSource(node + '/events'))),
    attempt('event source of SockJS', () => opens(new EventSource(node + '/channel/000/es/eventsource'))),
    attempt('control channel', () => opens(new WebSocket(node.replace('http', 'ws') + '/channel/websocket'))),
    attempt('WebSocket of SockJS', () => opens(new WebSocket(node.replace('http', 'ws') + '/channel/000/ws/websocket'))),
    attempt('process channel', () => opens(new WebSocket(node.replace('http', 'ws') + '/1/channel'))),
    attempt('old process channel', () => opens(new WebSocket(node.replace('http', 'ws') + '/wstreams/1'))),
    attempt('script', () => put('script', { src: node + '/channel/000/script/jsonp?c=called' })),
  ]);
  navigator.sendBeacon(node + '/jobs/test', job);
  await put('iframe', { src: node + '/channel/iframe.html#x', name: 'frame' });
  const frame = await put('iframe', { name: 'form' });
  const form = Object.assign(document.createElement('form'), { action: node + '/jobs/test', method: 'POST', enctype: 'text/plain', target: 'form' });
  form.append(Object.assign(document.createElement('input'), { name: '{"name":"evil","cmd":"true","x":"', value: '"}' }));
  document.body.append(form);
  const answered = new Promise((resolve) => { frame.onload = resolve; });
  form.submit();
  await within(answered);
  await Promise.all(
    transports.map((transport) => attempt('SockJS over ' + transport, () => opens(new SockJS(node + '/channel', null, { transports: [transport] })))),
  );
  await soon(200);
  return got;
};
`;

/** What an attack leaves at a node: answers that were no refusal, jobs, and listeners that are new. */
async function traces(api: TestApi, spy: SpyNode, before: number): Promise<unknown> {
  const { supervisor, access } = api;
  await becomes(() => spy.listeners === before, 10_000);
  return { answers: access.filter(({ status }) => status !== 403), jobs: await supervisor.jobs(), listeners: spy.listeners - before };
}

async function openAttacked(): Promise<{ api: TestApi; spy: SpyNode; before: number }> {
  const spy = new SpyNode();
  const api = await openApi({ allowedOrigins: ['http://admin.example'] }, (node) => spy.around(node));
  const before = spy.listeners;
  await api.load('web', 'cat', { redirect_input: true });
  return { api, spy, before };
}

const UNTOUCHED = { answers: [], jobs: [{ session: 'test', job: 'web' }], listeners: 0 };

// .ci/run installs one; a developer's machine may have none
describe.skipIf(BROWSER === undefined)('in a browser (skipped where there is no Chromium)', { timeout: 120_000 }, () => {
  it('an allowed page follows and drives the node, over each transport', async () => {
    const allowedOrigins: string[] = [];
    const api = await openApi({ allowedOrigins });
    const page = await PageServer.open(
      `${GOOD_PAGE} const seen = []; for (const one of ${JSON.stringify(TRANSPORTS)}) seen.push(await use('http://127.0.0.1:${api.port}', one)); report(seen);`,
    );
    allowedOrigins.push(page.origin);
    browse(`${page.origin}/page`, await scriptNetwork());
    expect(await page.report).toEqual(SUCCESS);
    expect(api.warnings).toEqual([]);
  });

  it.each([
    ['of another port', '127.0.0.1'],
    ['of another site', 'foreign.test'],
  ])('a page %s gets at nothing', async (_, host) => {
    const { api, spy, before } = await openAttacked();
    const page = await PageServer.open(`${EVIL_PAGE} report(await attack('http://127.0.0.1:${api.port}', ${JSON.stringify(TRANSPORTS)}));`);
    browse(`http://${host}:${page.port}/page`, await scriptNetwork(['MAP foreign.test 127.0.0.1']));
    expect(await page.report).toEqual([]);
    expect(api.access.length).toBeGreaterThan(20);
    expect(await traces(api, spy, before)).toEqual(UNTOUCHED);
  });

  it('a page whose name points to the node gets at nothing', async () => {
    const { api, spy, before } = await openAttacked();
    const page = await PageServer.open(`${EVIL_PAGE} report(await attack(location.origin, ${JSON.stringify(TRANSPORTS)}));`);
    const proxy = await openRebindingProxy(page, api.port);
    browse(`http://evil.test:${api.port}/page`, [`--proxy-server=http://127.0.0.1:${proxy}`, ...(await scriptNetwork())]);
    expect(await page.report).toEqual([]);
    expect(api.access.length).toBeGreaterThan(20);
    expect(await traces(api, spy, before)).toEqual(UNTOUCHED);
  });
});
