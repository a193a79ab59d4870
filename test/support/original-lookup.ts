/** What the original's client of nodes says to a lookupd, in the order in which it was recorded, with what the original's server answers. */
export interface NodeExchange {
  /** As it was sent; `ID` stands for the 32 digits that number it. */
  readonly sent: string;
  /** As it was answered. */
  readonly answer: { readonly ok?: true; readonly errno?: number; readonly reason?: string; readonly msgid: string | null };
}

const OK = { ok: true, msgid: 'ID' } as const;
const NO_JOB = { errno: 404, reason: '', msgid: 'ID' } as const;

/**
 * Recorded with `gafferd/lookup.py` (LookupClient), `lookupd/protocol.py` and `lookupd/registry.py` of 0.5, on Tornado 6.2 and stand-ins for
 * its event loop.
 */
export const NODE: readonly NodeExchange[] = [
  { sent: '{"type": "PING", "msgid": "ID"}', answer: OK },
  {
    sent: '{"type": "REGISTER_JOB", "job_name": "shop.web", "msgid": "ID"}',
    answer: { errno: 404, reason: 'need to send IDENTIFY message first', msgid: 'ID' },
  },
  { sent: '{"type": "IDENTIFY", "name": "n1", "origin": "http://n1:5000", "version": "0.1", "msgid": "ID"}', answer: OK },
  {
    sent: '{"type": "IDENTIFY", "name": "n1", "origin": "http://n1:5000", "version": "0.1", "msgid": "ID"}',
    answer: { errno: 409, reason: '', msgid: 'ID' },
  },
  { sent: '{"type": "REGISTER_JOB", "job_name": "shop.web", "msgid": "ID"}', answer: OK },
  {
    sent: '{"type": "REGISTER_JOB", "job_name": "shop.web", "msgid": "ID"}',
    answer: { errno: 409, reason: "job 'shop.web' is already registered", msgid: 'ID' },
  },
  { sent: '{"type": "REGISTER_PROCESS", "job_name": "shop.web", "pid": 1, "msgid": "ID"}', answer: OK },
  { sent: '{"type": "REGISTER_PROCESS", "job_name": "shop.web", "pid": 2, "msgid": "ID"}', answer: OK },
  { sent: '{"type": "REGISTER_PROCESS", "job_name": "shop.nope", "pid": 3, "msgid": "ID"}', answer: NO_JOB },
  { sent: '{"type": "UNREGISTER_PROCESS", "job_name": "shop.nope", "pid": 3, "msgid": "ID"}', answer: NO_JOB },
  { sent: '{"type": "UNREGISTER_PROCESS", "job_name": "shop.web", "pid": 9, "msgid": "ID"}', answer: OK },
  { sent: '{"type": "REGISTER_JOB", "job_name": "default.bare", "msgid": "ID"}', answer: OK },
  { sent: '{"type": "REGISTER_JOB", "job_name": "shop.worker", "msgid": "ID"}', answer: OK },
  { sent: '{"type": "UNREGISTER_JOB", "job_name": "shop.nope", "msgid": "ID"}', answer: OK },
  { sent: '{"type": "UNREGISTER_JOB", "job_name": "shop.worker", "msgid": "ID"}', answer: OK },
  { sent: '{"type": "UNREGISTER_PROCESS", "job_name": "shop.web", "pid": 1, "msgid": "ID"}', answer: OK },
  { sent: '{"type": "PING", "msgid": "ID"}', answer: OK },
  { sent: '{"msgid": "x1"}', answer: { errno: 400, reason: 'invalid_message', msgid: 'x1' } },
  { sent: '{"type": "PING"}', answer: { errno: 400, reason: 'invalid_message', msgid: null } },
  // the original forgets whose answer that is
  { sent: '{"msgid": "x2", "type": "ADD_JOB", "job_name": "a"}', answer: { errno: 400, reason: 'invalid_message_type', msgid: 'x2' } },
  { sent: '{"msgid": "x3", "type": "IDENTIFY", "name": "a"}', answer: { errno: 400, reason: 'invalid_message', msgid: 'x3' } },
  { sent: '{"msgid": "x4", "type": "REGISTER_PROCESS", "job_name": "a"}', answer: { errno: 400, reason: 'invalid_message', msgid: 'x4' } },
];

const NODE_INFO = { name: 'n1', origin: 'http://n1:5000', version: '0.1' };
const WEB = { name: 'n1', pids: [2], node_info: NODE_INFO };
const BARE = { name: 'n1', pids: [], node_info: NODE_INFO };

/** What the original's server answers then, by what its client (`lookupd/client.py`) asks for. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  '/nodes': { nodes: [NODE_INFO] },
  '/sessions': {
    nb_sessions: 2,
    sessions: [
      { sessionid: 'shop', jobs: { 'shop.web': [WEB] } },
      { sessionid: 'default', jobs: { 'default.bare': [BARE] } },
    ],
  },
  '/sessions/n1': {
    nb_sessions: 2,
    sessions: [
      { sessionid: 'shop', jobs: { 'shop.web': [WEB] } },
      { sessionid: 'default', jobs: { 'default.bare': [BARE] } },
    ],
  },
  '/sessions/zz': { nb_sessions: 0, sessions: [] },
  '/jobs': {
    nb_jobs: 2,
    jobs: [
      { name: 'shop.web', sources: [WEB] },
      { name: 'default.bare', sources: [BARE] },
    ],
  },
  '/findJob?name=shop.web': { sources: [WEB] },
  '/findJob?name=bare': { sources: [BARE] },
  '/findJob?name=default.bare': { sources: [BARE] },
  '/findJob?name=no.such': { sources: [] },
  '/findSession?sessionid=shop': { nb_jobs: 1, jobs: [{ name: 'shop.web', sources: [WEB] }] },
  '/findSession?sessionid=zz': { nb_jobs: 0, jobs: [] },
};

/** What it had told its watchers until then, without what it says of a job that there never was. */
export const EVENTS: readonly object[] = [
  { name: null, origin: null, version: null, event: 'add_node' },
  { ...NODE_INFO, event: 'identify' },
  { node: NODE_INFO, job_name: 'shop.web', event: 'add_job' },
  { node: NODE_INFO, job_name: 'shop.web', pid: 1, event: 'add_process' },
  { node: NODE_INFO, job_name: 'shop.web', pid: 2, event: 'add_process' },
  { node: NODE_INFO, job_name: 'default.bare', event: 'add_job' },
  { node: NODE_INFO, job_name: 'shop.worker', event: 'add_job' },
  { node: NODE_INFO, job_name: 'shop.worker', event: 'remove_job' },
  { node: NODE_INFO, job_name: 'shop.web', pid: 1, event: 'remove_process' },
];

/** How the original's client asks for them; lines end in CR LF. */
export const HANDSHAKE = [
  'GET /lookup/websocket HTTP/1.1',
  'Host: HOST',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-Websocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-Websocket-Version: 13',
  '',
  '',
].join('\r\n');

/** What the original's commands (`gaffer/cli/commands/lookup_*.py`) print of it. */
export const COMMANDS: Readonly<Record<string, string>> = {
  'lookup:nodes': '1 node(s) found\n\nhttp://n1:5000 - n1 (protocol: 0.1)\n',
  'lookup:jobs':
    '2 job(s) found\n\n=== shop.web\nhttp://n1:5000 - name: n1, protocol: 0.1\n\n=== default.bare\nhttp://n1:5000 - name: n1, protocol: 0.1\n\n',
  'lookup:sessions':
    '2 session(s) found\n\n*** session: shop\n\n=== job: shop.web\nhttp://n1:5000 - name: n1, protocol: 0.1\n\n*** session: default\n\n=== job: default.bare\nhttp://n1:5000 - name: n1, protocol: 0.1\n\n',
  'lookup:session shop': '1 job(s) found\n\n=== shop.web\nhttp://n1:5000 - name: n1, protocol: 0.1\n\n',
  'lookup:job shop.web': '=== n1 (Protocol: 0.1)\nOrigin: http://n1:5000\nPids: 2\n\n',
  'lookup:job default.bare': '=== n1 (Protocol: 0.1)\nOrigin: http://n1:5000\nPids: \n\n',
  'lookup:job no.such': 'no job found\n',
};

/** What the original's `lookup` prints of the events, behind the time of day. */
export const LIVE: readonly string[] = [
  'add_node | add node',
  'identify | n1: http://n1:5000',
  'add_job | load shop.web in http://n1:5000',
  'add_process | shop.web: process id 1 spanwned on http://n1:5000',
  'add_process | shop.web: process id 2 spanwned on http://n1:5000',
  'add_job | load default.bare in http://n1:5000',
  'add_job | load shop.worker in http://n1:5000',
  'remove_job | unload shop.worker in http://n1:5000',
  'remove_process | shop.web: process 1 exited on http://n1:5000',
];
