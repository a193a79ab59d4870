/** A request as the original gafferctl 0.4.4 and its HTTP client sent it: recorded, with Tornado 6.2 below. */
export interface RecordedRequest {
  /** The command, or the call of the client. */
  readonly by: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** The bytes, of which the length is told; an empty one too. */
  readonly body?: string;
}

/** A request, and what the original made of the answer has to find in it. */
export interface Exchange extends RecordedRequest {
  readonly status?: number;
  /** Members that are read, or the whole list. */
  readonly json?: unknown;
}

/** What is sent with each of them. */
export const HEADERS = { accept: 'application/json', connection: 'close', 'user-agent': 'Tornado/6.2', 'accept-encoding': 'gzip' };

/** A body of JSON is said to be that, none is said to be a form. */
export function typeOf({ body }: RecordedRequest): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-type': body === '' ? 'application/x-www-form-urlencoded' : 'application/json' };
}

const OK = { ok: true };
const JSON_BODY = '{"name": "dummy", "cmd": "sleep 1000", "start": false}';
const WEB_TWO =
  '{"name": "web:two", "cmd": "sleep", "args": ["1000"], "env": {"A": "1"}, "uid": "", "gid": "", "cwd": "", "numprocesses": 2, "start": true}';
const FULL =
  '{"name": "full", "cmd": "/bin/sleep", "args": ["1000"], "start": false, "numprocesses": 2, "redirect_output": ["out"], "redirect_input": true, "graceful_timeout": 2, "flapping": null, "env": {"A": "\\u00fc"}, "os_env": true}';

/** A session with every command of gafferctl, in its order. Each asks for the template first where it has a name. */
export const COMMANDS: readonly Exchange[] = [
  { by: 'processes', method: 'GET', path: '/processes', json: [] },
  { by: 'add_process dummy "sleep 1000"', method: 'POST', path: '/processes', body: JSON_BODY, json: OK },
  { by: 'processes', method: 'GET', path: '/processes', json: ['dummy'] },
  { by: 'get_process dummy', method: 'GET', path: '/processes/dummy', json: { name: 'dummy', cmd: 'sleep 1000' } },
  { by: 'status dummy', method: 'GET', path: '/status/dummy', json: { active: false } },
  { by: 'running dummy', method: 'GET', path: '/status/dummy', json: { running: 0 } },
  { by: 'start dummy', method: 'POST', path: '/processes/dummy/_start', body: '', json: OK },
  { by: 'status dummy', method: 'GET', path: '/status/dummy', json: { active: true } },
  { by: 'numprocesses dummy', method: 'GET', path: '/status/dummy', json: { max_processes: 1 } },
  { by: 'running dummy', method: 'GET', path: '/status/dummy', json: { running: 1 } },
  { by: 'pids dummy', method: 'GET', path: '/processes/dummy/_pids', json: { ...OK, pids: [1] } },
  { by: 'add dummy 2', method: 'POST', path: '/processes/dummy/_add/2', body: '', json: { numprocesses: 3 } },
  { by: 'sub dummy 1', method: 'POST', path: '/processes/dummy/_sub/1', body: '', json: { numprocesses: 2 } },
  { by: 'processes --running', method: 'GET', path: '/processes?running=true', json: [2, 3] },
  { by: 'kill dummy CONT', method: 'POST', path: '/processes/dummy/_signal/18', body: '', json: OK },
  { by: 'kill 2 18', method: 'POST', path: '/processes/2/_signal/18', body: '', json: OK },
  { by: 'kill dummy CONT, on Python 3.10', method: 'POST', path: '/processes/dummy/_signal/Signals.SIGCONT', body: '', json: OK },
  // it asks for a new one instead of a change, and says so
  {
    by: 'update_process',
    method: 'POST',
    path: '/processes',
    body: '{"name": "dummy", "cmd": "sleep 2000"}',
    status: 409,
    json: { error: 'conflict' },
  },
  { by: 'add_process dummy, again', method: 'POST', path: '/processes', body: JSON_BODY, status: 409, json: { error: 'conflict' } },
  { by: 'stop dummy', method: 'POST', path: '/processes/dummy/_stop', body: '', json: OK },
  { by: 'start dummy', method: 'POST', path: '/processes/dummy/_start', body: '', json: OK },
  { by: 'status dummy', method: 'GET', path: '/status/dummy', json: { active: true } },
  {
    by: 'add_process --start web:one "sleep 1000"',
    method: 'POST',
    path: '/processes',
    body: '{"name": "web:one", "cmd": "sleep 1000", "start": true}',
    json: OK,
  },
  { by: 'get_process web:one', method: 'GET', path: '/processes/web:one', json: { name: 'web:one' } },
  { by: 'status web:one', method: 'GET', path: '/status/web:one', json: { active: true } },
  { by: 'pids web:one', method: 'GET', path: '/processes/web:one/_pids', json: OK },
  { by: 'load_process --start FILE', method: 'POST', path: '/processes', body: WEB_TWO, json: OK },
  {
    by: 'get_process web:two',
    method: 'GET',
    path: '/processes/web:two',
    json: { name: 'web:two', args: ['1000'], env: { A: '1' }, numprocesses: 2 },
  },
  { by: 'processes', method: 'GET', path: '/processes', json: ['dummy', 'web:one', 'web:two'] },
  { by: 'status nobody', method: 'GET', path: '/processes/nobody', status: 404, json: { error: 'not_found' } },
  { by: 'kill nobody 1', method: 'POST', path: '/processes/nobody/_signal/1', body: '', status: 404, json: { error: 'not_found' } },
  { by: 'kill 99 1', method: 'POST', path: '/processes/99/_signal/1', body: '', status: 404, json: { error: 'not_found' } },
  { by: 'del_process dummy', method: 'DELETE', path: '/processes/dummy', json: OK },
  { by: 'del_process dummy, again', method: 'DELETE', path: '/processes/dummy', status: 404, json: { error: 'not_found' } },
  { by: 'processes', method: 'GET', path: '/processes', json: ['web:one', 'web:two'] },
];

/** What the client does besides, in its order. */
export const CLIENT: readonly Exchange[] = [
  { by: 'ping()', method: 'GET', path: '/ping' },
  { by: 'version', method: 'GET', path: '/', json: { welcome: 'gaffer' } },
  { by: 'add_process(…)', method: 'POST', path: '/processes', body: FULL, json: OK },
  { by: 'start()', method: 'POST', path: '/processes/full/_start', body: '', json: OK },
  { by: 'add()', method: 'POST', path: '/processes/full/_add/1', body: '', json: { numprocesses: 3 } },
  { by: 'sub()', method: 'POST', path: '/processes/full/_sub/1', body: '', json: { numprocesses: 2 } },
  { by: 'stats()', method: 'GET', path: '/stats/full', json: { name: 'full' } },
  { by: 'restart()', method: 'POST', path: '/processes/full/_restart', body: '', json: OK },
  { by: 'pids', method: 'GET', path: '/processes/full/_pids', json: { pids: [4, 5] } },
  { by: 'get_process(4)', method: 'GET', path: '/processes/4', json: { name: 'full', cmd: '/bin/sleep', graceful_timeout: 2, env: { A: 'ü' } } },
  { by: 'active', method: 'HEAD', path: '/processes/4' },
  { by: 'signal(18)', method: 'POST', path: '/processes/4/_signal/18', body: '', json: OK },
  { by: 'stop()', method: 'POST', path: '/processes/4/_stop', body: '', json: OK },
  { by: 'is_process("full")', method: 'HEAD', path: '/processes/full' },
  { by: 'is_process("nobody")', method: 'HEAD', path: '/processes/nobody', status: 404 },
  {
    by: 'update_process(…)',
    method: 'PUT',
    path: '/processes/full',
    body: '{"name": "full", "cmd": "/bin/sleep", "args": "2000", "numprocesses": 1}',
    json: OK,
  },
  { by: 'info()', method: 'GET', path: '/processes/full', json: { args: '2000', numprocesses: 1 } },
  { by: 'add_process(…)', method: 'POST', path: '/processes', body: '{"name": "web:a", "cmd": "sleep 1000", "start": false}', json: OK },
  {
    by: 'add_process("web:c", "")',
    method: 'POST',
    path: '/processes',
    body: '{"name": "web:c", "cmd": ""}',
    status: 400,
    json: { error: 'invalid_process_info' },
  },
  { by: 'groups()', method: 'GET', path: '/groups', json: ['web'] },
  { by: 'get_group("web")', method: 'GET', path: '/groups/web', json: ['web:a'] },
  { by: 'start_group("web")', method: 'POST', path: '/groups/web/_start', body: '', json: OK },
  { by: 'status()', method: 'GET', path: '/status/web:a', json: { active: true, running: 1, max_processes: 1 } },
  { by: 'restart_group("web")', method: 'POST', path: '/groups/web/_restart', body: '', json: OK },
  { by: 'stop_group("web")', method: 'POST', path: '/groups/web/_stop', body: '', json: OK },
  { by: 'remove_group("web")', method: 'DELETE', path: '/groups/web', json: OK },
  { by: 'get_group("web"), again', method: 'GET', path: '/groups/web', status: 404, json: { error: 'not_found' } },
];
