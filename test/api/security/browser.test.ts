import { describe, expect, it } from 'vitest';
import { BROWSER, browse } from '../../support/browser.ts';
import { PageServer } from '../../support/page-server.ts';
import { openLockedApi } from '../../support/test-accounts.ts';

/** A page of another origin: it tries without a key, with what the browser may know by itself, and with a key of its own. */
const PAGE = `
// that a refused transport never says a word has no event
const within = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve('nothing'), 20_000))]);
const attempt = async (url, options) => {
  try {
    const answer = await within(fetch(NODE + url, options));
    return answer.type === 'opaque' ? 'opaque' : answer.status;
  } catch {
    return 'blocked';
  }
};
const socket = (path) => within(new Promise((resolve) => {
  const socket = new WebSocket(NODE.replace('http', 'ws') + path);
  let told = '';
  socket.onopen = () => socket.send(JSON.stringify({ event: 'CMD', data: { identity: 1, name: 'stop_job', args: ['test.web'] } }));
  socket.onmessage = ({ data }) => { told += JSON.parse(data).event; };
  socket.onclose = ({ code }) => resolve([told, code]);
}));
const sockjs = (transport) => within(new Promise((resolve) => {
  const socket = new SockJS(NODE + '/channel', null, { transports: [transport] });
  let told = '';
  socket.onopen = () => socket.send(JSON.stringify({ event: 'CMD', data: { identity: 1, name: 'stop_job', args: ['test.web'] } }));
  socket.onmessage = ({ data }) => { told += JSON.parse(data).event; };
  socket.onclose = ({ code }) => resolve([told, code]);
}));
const key = { 'x-api-key': KEY };
const basic = { authorization: 'Basic ' + btoa('ada:correct horse battery') };
const include = { credentials: 'include' };
report({
  read: await attempt('/jobs'),
  change: await attempt('/jobs/test/web', { method: 'DELETE', ...include }),
  simple: await attempt('/jobs/evil', { method: 'POST', mode: 'no-cors', body: '{"name":"evil","cmd":"true"}', ...include }),
  ambient: await attempt('/auth', include),
  ambientPassword: await attempt('/auth', { headers: basic, ...include }),
  ownPassword: await attempt('/auth', { headers: basic }),
  ownKey: await attempt('/jobs', { headers: key }),
  ownKeyDoesNoMore: await attempt('/jobs/test/web', { method: 'DELETE', headers: key }),
  socket: await socket('/channel/websocket'),
  polling: await sockjs('xhr-polling'),
  streaming: await sockjs('xhr-streaming'),
  events: await within(new Promise((resolve) => {
    const source = new EventSource(NODE + '/events?feed=eventsource', { withCredentials: true });
    source.onopen = () => resolve('open');
    source.onerror = () => resolve('refused');
  })),
});
`;

// .ci/run installs one; a developer’s machine may have none
describe.skipIf(BROWSER === undefined)('a page of another origin in a browser, at a node with keys', () => {
  it('can do what its own key can, and nothing by what the browser knows', { timeout: 120_000 }, async () => {
    const { api, accounts, key } = await openLockedApi();
    await api.load('web', 'sleep 100');
    await accounts.users.create('ada', { password: 'correct horse battery', type: 1, key: key({ manage: ['*'] }), extra: {} });
    const own = key({ read: ['*'] });
    const pages = await PageServer.open(`const NODE = 'http://127.0.0.1:${api.port}', KEY = '${own}';${PAGE}`);
    browse(`${pages.origin}/page`);
    const away = ['gaffer:error', 1008];
    expect(await pages.report).toEqual({
      read: 401,
      change: 401,
      simple: 'opaque',
      ambient: 'blocked',
      ambientPassword: 'blocked',
      ownPassword: 200,
      ownKey: 403, // to list all jobs takes more than to read
      ownKeyDoesNoMore: 403,
      socket: away,
      polling: away,
      streaming: away,
      events: 'refused',
    });
    expect(await api.supervisor.jobs()).toEqual([{ session: 'test', job: 'web' }]);
    expect(await api.supervisor.pids()).toEqual([1]);
  });
});
