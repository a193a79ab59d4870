import type { Word } from './key-kinds.ts';

/** A request, what it needs, and with which status it is answered where it is allowed; 200 if none is told. HEAD is asked where GET is. */
export interface Row {
  readonly needs: Word;
  /** `OWN`, `ANOTHER` and `ADMINS` stand for ids of keys. */
  readonly path: string;
  readonly body?: object | string;
  readonly status?: number;
  /** Where that differs for somebody who may not. HEAD of a user does not even tell that there is one. */
  readonly refusedHead?: number;
}

const CONFIG = { name: 'web', cmd: 'program' };
const USER = { username: 'bea', password: 'correct horse battery' };

/** Section 2.2 of the reference, and what came to it. Processes 1, 2 and 3 are of shop.web, shop.db and blog.web. */
export const ROUTES: Readonly<Record<string, readonly Row[]>> = {
  'GET /': [{ needs: 'public', path: '/' }],
  'GET /ping': [{ needs: 'public', path: '/ping' }],
  'GET /version': [{ needs: 'public', path: '/version' }],
  'GET /openapi.json': [{ needs: 'public', path: '/openapi.json' }],
  'GET /auth': [{ needs: 'public', path: '/auth' }],
  'GET /sessions': [{ needs: 'manage all', path: '/sessions' }],
  'DELETE /sessions/:session': [{ needs: 'manage shop', path: '/sessions/shop' }],
  'GET /sessions/:session/state': [{ needs: 'read shop', path: '/sessions/shop/state' }],
  'POST /sessions/:session/state': [{ needs: 'manage shop', path: '/sessions/shop/state', body: '0', status: 202 }],
  'GET /jobs': [{ needs: 'manage all', path: '/jobs' }],
  'GET /overview': [
    { needs: 'read all', path: '/overview' },
    { needs: 'read shop', path: '/overview?session=shop' },
    { needs: 'read web', path: '/overview?job=shop.web' },
    { needs: 'read web', path: '/overview?session=blog&job=shop.web' }, // only what fits both is told
  ],
  'GET /jobs/:session': [{ needs: 'manage shop', path: '/jobs/shop' }],
  'POST /jobs/:session': [{ needs: 'manage shop', path: '/jobs/shop', body: CONFIG }],
  'GET /jobs/:session/:job': [{ needs: 'read web', path: '/jobs/shop/web' }],
  'PUT /jobs/:session/:job': [{ needs: 'manage web', path: '/jobs/shop/web', body: CONFIG, status: 201 }],
  'DELETE /jobs/:session/:job': [{ needs: 'manage web', path: '/jobs/shop/web' }],
  'GET /jobs/:session/:job/stats': [{ needs: 'read web', path: '/jobs/shop/web/stats' }],
  'GET /jobs/:session/:job/stats/feed': [{ needs: 'read web', path: '/jobs/shop/web/stats/feed' }],
  'GET /jobs/:session/:job/numprocesses': [{ needs: 'read web', path: '/jobs/shop/web/numprocesses' }],
  'POST /jobs/:session/:job/numprocesses': [{ needs: 'manage web', path: '/jobs/shop/web/numprocesses', body: { scale: 1 } }],
  'POST /jobs/:session/:job/signal': [{ needs: 'manage web', path: '/jobs/shop/web/signal', body: { signal: 'HUP' }, status: 202 }],
  'GET /jobs/:session/:job/state': [{ needs: 'read web', path: '/jobs/shop/web/state' }],
  'POST /jobs/:session/:job/state': [
    { needs: 'manage web', path: '/jobs/shop/web/state', body: '0', status: 202 },
    { needs: 'manage web', path: '/jobs/shop/web/state', body: '2', status: 202 },
  ],
  'POST /jobs/:session/:job/restart': [{ needs: 'manage web', path: '/jobs/shop/web/restart', status: 202 }],
  'GET /jobs/:session/:job/pids': [{ needs: 'read web', path: '/jobs/shop/web/pids' }],
  'POST /jobs/:session/:job/commit': [{ needs: 'manage shop', path: '/jobs/shop/web/commit', body: {} }],
  'GET /jobs/:session/:job/tail': [{ needs: 'read web', path: '/jobs/shop/web/tail' }],
  'GET /pids': [{ needs: 'manage all', path: '/pids' }],
  'GET /:pid': [{ needs: 'read web', path: '/1' }],
  'DELETE /:pid': [{ needs: 'manage web', path: '/1', status: 202 }],
  'POST /:pid/restart': [{ needs: 'manage web', path: '/1/restart', status: 202 }],
  'POST /:pid/signal': [{ needs: 'manage web', path: '/1/signal', body: { signal: 1 }, status: 202 }],
  'GET /:pid/stats': [{ needs: 'read web', path: '/1/stats' }],
  'GET /:pid/stats/feed': [{ needs: 'read web', path: '/1/stats/feed' }],
  'GET /:pid/tail': [{ needs: 'read web', path: '/1/tail' }],
  // these are for WebSockets: who asks for none is told so
  'GET /:pid/channel': [{ needs: 'public', path: '/1/channel', status: 400 }],
  'GET /:pid/channel/:label': [{ needs: 'public', path: '/1/channel/out', status: 400 }],
  'GET /wstreams/:pid': [{ needs: 'public', path: '/wstreams/1', status: 400 }],
  'GET /events': [
    { needs: 'manage all', path: '/events' },
    { needs: 'manage all', path: '/events?pattern=job.shop.web' },
    { needs: 'read shop', path: '/events?session=shop' },
    { needs: 'read web', path: '/events?job=shop.web&session=blog' }, // only what fits both would be told
  ],
  'GET /log': [
    { needs: 'read all', path: '/log' },
    { needs: 'read all', path: '/log?follow=true' },
    { needs: 'read shop', path: '/log?session=shop&follow=true' },
    { needs: 'read web', path: '/log?job=shop.web&follow=true' },
    { needs: 'read web', path: '/log?pid=1' },
    { needs: 'read web', path: '/log?session=blog&job=blog.web&pid=1' }, // only what fits all three would be told
  ],
  'GET /streams/:pid/:label': [
    { needs: 'read web', path: '/streams/1/out?feed=continuous' },
    { needs: 'read web', path: '/streams/1/extra?feed=eventsource' },
  ],
  'POST /streams/:pid/:label': [{ needs: 'write web', path: '/streams/1/stdin', body: 'text' }],
  'GET /metrics': [{ needs: 'read all', path: '/metrics' }],
  'GET /stats': [
    { needs: 'read all', path: '/stats' },
    { needs: 'read all', path: '/stats?feed=continuous' },
  ],
  'GET /stats/:name': [
    { needs: 'read web', path: '/stats/shop.web' },
    { needs: 'read web', path: '/stats/shop:web?feed=eventsource' },
    { needs: 'read shop', path: '/stats/shop.nothing', status: 404 },
    { needs: 'read all', path: '/stats/nothing', status: 404 },
  ],
  'GET /stats/:name/:process': [{ needs: 'read web', path: '/stats/shop.web/1' }],
  'GET /processes': [
    { needs: 'manage all', path: '/processes' },
    { needs: 'manage all', path: '/processes?running=true' },
  ],
  'POST /processes': [{ needs: 'manage shop', path: '/processes', body: { name: 'shop:web', cmd: 'program' } }],
  'GET /processes/:name': [
    { needs: 'read web', path: '/processes/shop:web' },
    { needs: 'read web', path: '/processes/shop.web' },
    { needs: 'read web', path: '/processes/1' },
    { needs: 'read shop', path: '/processes/shop:nothing', status: 404 },
  ],
  'PUT /processes/:name': [
    { needs: 'manage web', path: '/processes/shop:web', body: { cmd: 'program' } },
    { needs: 'manage shop', path: '/processes/shop:nothing', body: { cmd: 'program' }, status: 404 },
  ],
  'DELETE /processes/:name': [
    { needs: 'manage web', path: '/processes/shop:web' },
    { needs: 'manage web', path: '/processes/1' },
  ],
  'GET /processes/:name/_pids': [{ needs: 'read web', path: '/processes/shop:web/_pids' }],
  'POST /processes/:name/_start': [{ needs: 'manage web', path: '/processes/shop:web/_start' }],
  'POST /processes/:name/_stop': [
    { needs: 'manage web', path: '/processes/shop:web/_stop' },
    { needs: 'manage web', path: '/processes/1/_stop' },
  ],
  'POST /processes/:name/_restart': [
    { needs: 'manage web', path: '/processes/shop:web/_restart' },
    { needs: 'manage web', path: '/processes/1/_restart' },
  ],
  'POST /processes/:name/_add': [{ needs: 'manage web', path: '/processes/shop:web/_add' }],
  'POST /processes/:name/_add/:count': [{ needs: 'manage web', path: '/processes/shop:web/_add/2' }],
  'POST /processes/:name/_sub': [{ needs: 'manage web', path: '/processes/shop:web/_sub' }],
  'POST /processes/:name/_sub/:count': [{ needs: 'manage web', path: '/processes/shop:web/_sub/2' }],
  'POST /processes/:name/_signal/:signal': [
    { needs: 'manage web', path: '/processes/shop:web/_signal/1' },
    { needs: 'manage web', path: '/processes/1/_signal/HUP' },
  ],
  'GET /status/:name': [{ needs: 'read web', path: '/status/shop:web' }],
  'GET /groups': [{ needs: 'manage all', path: '/groups' }],
  'GET /groups/:session': [{ needs: 'manage shop', path: '/groups/shop' }],
  'DELETE /groups/:session': [{ needs: 'manage shop', path: '/groups/shop' }],
  'POST /groups/:session/_start': [{ needs: 'manage shop', path: '/groups/shop/_start' }],
  'POST /groups/:session/_stop': [{ needs: 'manage shop', path: '/groups/shop/_stop' }],
  'POST /groups/:session/_restart': [{ needs: 'manage shop', path: '/groups/shop/_restart' }],
  'GET /watch': [{ needs: 'manage all', path: '/watch?feed=continuous' }],
  'GET /watch/:type': [{ needs: 'manage all', path: '/watch/start?feed=continuous' }],
  'GET /watch/:proc/:template': [{ needs: 'manage all', path: '/watch/proc/web?feed=continuous' }],
  'GET /watch/:proc/:template/:type': [{ needs: 'manage all', path: '/watch/proc/web/spawn?feed=eventsource' }],
  'GET /plugins': [{ needs: 'manage all', path: '/plugins' }],
  'GET /lookupds': [{ needs: 'manage all', path: '/lookupds' }],
  'GET /webhooks': [{ needs: 'admin', path: '/webhooks' }],
  'POST /webhooks': [{ needs: 'admin', path: '/webhooks', body: { event: '.', url: 'http://127.0.0.1:9/' }, status: 201 }],
  'GET /webhooks/:id': [{ needs: 'admin', path: '/webhooks/1' }],
  'DELETE /webhooks/:id': [{ needs: 'admin', path: '/webhooks/1' }],
  'POST /webhooks/:id/test': [{ needs: 'admin', path: '/webhooks/1/test', status: 202 }],
  'GET /keys': [
    { needs: 'admin', path: '/keys' },
    { needs: 'admin', path: '/keys?include_keys=true' },
  ],
  'POST /keys': [
    { needs: 'create_key', path: '/keys', body: { permissions: { manage: ['*'] } } },
    { needs: 'admin', path: '/keys', body: { permissions: { admin: true } } },
  ],
  'GET /keys/:key': [
    { needs: 'key: own', path: '/keys/OWN' },
    { needs: 'key: another', path: '/keys/ANOTHER?include_keys=true' },
    { needs: 'key: an admin', path: '/keys/ADMINS' },
    { needs: 'key: nobody', path: '/keys/key-000000000000', status: 404 },
  ],
  'DELETE /keys/:key': [
    { needs: 'key: own', path: '/keys/OWN' },
    { needs: 'key: another', path: '/keys/ANOTHER' },
    { needs: 'key: an admin', path: '/keys/ADMINS' },
  ],
  'GET /users': [
    { needs: 'admin', path: '/users' },
    { needs: 'admin', path: '/users?include_user=true' },
  ],
  'POST /users': [
    { needs: 'create_user', path: '/users', body: USER },
    { needs: 'admin', path: '/users', body: { ...USER, user_type: 0 } },
    { needs: 'admin', path: '/users', body: { ...USER, key: 'ANOTHER' } },
  ],
  'GET /users/:user': [
    { needs: 'user: ada', path: '/users/ada', refusedHead: 404 },
    { needs: 'user: chief, an admin', path: '/users/chief', refusedHead: 404 },
    { needs: 'user: nobody', path: '/users/nobody', status: 404, refusedHead: 404 },
  ],
  'PUT /users/:user': [
    { needs: 'user: ada', path: '/users/ada', body: { password: USER.password } },
    { needs: 'user: chief, an admin', path: '/users/chief', body: { password: USER.password } },
    { needs: 'user: nobody', path: '/users/nobody', body: { password: USER.password }, status: 404 },
    { needs: 'admin', path: '/users/ada', body: { password: USER.password, user_type: 0 } },
    { needs: 'admin', path: '/users/ada', body: { password: USER.password, key: 'ANOTHER' } },
  ],
  'DELETE /users/:user': [
    { needs: 'user: ada', path: '/users/ada' },
    { needs: 'user: chief, an admin', path: '/users/chief' },
  ],
  'PUT /users/:user/password': [
    { needs: 'user: ada', path: '/users/ada/password', body: { password: USER.password } },
    { needs: 'user: chief, an admin', path: '/users/chief/password', body: { password: USER.password } },
  ],
  'PUT /users/:user/key': [
    { needs: 'user: ada', path: '/users/ada/key', body: { key: 'a-secret-of-my-own' } },
    { needs: 'user: chief, an admin', path: '/users/chief/key', body: { key: 'a-secret-of-my-own' } },
    { needs: 'admin', path: '/users/ada/key', body: { key: 'ANOTHER' } },
  ],
};
