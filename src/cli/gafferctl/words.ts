import { SHELLS } from '../completion/shell.ts';
import { type CommandWords, NOTHING, type Words } from '../completion/word-kind.ts';

const JOB: CommandWords = { args: [['job']] };
const SESSION: CommandWords = { args: [['app']] };
const PROCESS: Words = ['instance', 'pid', 'job'];
const USER: CommandWords = { args: [['user']] };
const KEY: CommandWords = { args: [['key']] };
const WEBHOOK: CommandWords = { args: [['webhook']] };

/** What the words behind the commands of `gafferctl` are. */
export const WORDS: Readonly<Record<string, CommandWords>> = {
  processes: {},
  get_process: JOB,
  add_process: { args: [NOTHING, ['program'], ['file']] },
  load_process: { args: [['file']] },
  update_process: { args: [['job'], ['program'], ['file']] },
  del_process: JOB,
  start: JOB,
  stop: JOB,
  add: { args: [['job'], NOTHING] },
  sub: { args: [['job'], NOTHING] },
  status: JOB,
  numprocesses: JOB,
  running: JOB,
  pids: JOB,
  kill: { args: [['job', 'instance', 'pid'], ['signal']] },
  watch: { args: [['old event']], options: { heartbeat: NOTHING } },
  sessions: {},
  'session:start': SESSION,
  'session:stop': SESSION,
  'session:reload': SESSION,
  'session:unload': SESSION,
  jobs: SESSION,
  'job:info': JOB,
  'job:stats': JOB,
  'job:tail': JOB,
  restart: JOB,
  reload: JOB,
  scale: { args: [['job'], NOTHING] },
  commit: JOB,
  'process:info': { args: [PROCESS] },
  'process:stats': { args: [PROCESS] },
  'process:tail': { args: [PROCESS], options: { stream: ['stream'] } },
  'process:stop': { args: [PROCESS] },
  'process:restart': { args: [PROCESS] },
  send: { args: [PROCESS, NOTHING] },
  webhooks: {},
  'webhook:add': { args: [['event'], NOTHING], options: { 'secret-file': ['file'] } },
  'webhook:delete': WEBHOOK,
  'webhook:test': WEBHOOK,
  plugins: {},
  login: {},
  logout: {},
  key: KEY,
  keys: {},
  'key:create': { args: [['permission']] },
  'key:delete': KEY,
  user: USER,
  users: {},
  'user:add': { args: [NOTHING] },
  'user:del': USER,
  'user:setkey': USER,
  'user:setpassword': USER,
  version: {},
  ping: {},
  completion: { args: [{ oneOf: SHELLS }] },
  help: { args: [['command']] },
};
