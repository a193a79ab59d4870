import { SHELLS } from '../completion/shell.ts';
import { type CommandWords, NOTHING, type Words } from '../completion/word-kind.ts';

const JOBS: Words = ['job', 'app'];
const JOB_OR_PROCESS: Words = ['job', 'instance', 'pid'];
const JOBS_OR_PROCESSES: Words = ['job', 'instance', 'app', 'pid'];
const USER: Words = ['user'];
const KEY: Words = ['key'];

/** What the words behind the commands of `gaffer` are. */
export const WORDS: Readonly<Record<string, CommandWords>> = {
  start: { args: [['process type']], options: { stdin: ['process type'] } },
  run: { args: [['process type', 'program'], ['file']] },
  check: {},
  export: { args: [['process type']] },
  load: { args: [['file', 'app']] },
  unload: { args: [JOBS] },
  reload: { args: [JOBS] },
  restart: { args: [JOBS_OR_PROCESSES] },
  stop: { args: [JOBS_OR_PROCESSES] },
  scale: { args: [['change', 'app'], ['change']], startsWithApp: true },
  ps: { args: [['app']] },
  'ps:info': { args: [JOB_OR_PROCESS] },
  'ps:start': { args: [JOBS] },
  logs: { args: [JOB_OR_PROCESS] },
  events: { args: [['event']] },
  kill: { args: [JOB_OR_PROCESS, ['signal']] },
  send: { args: [JOB_OR_PROCESS, NOTHING] },
  recv: { args: [JOB_OR_PROCESS, ['stream']] },
  attach: { args: [JOB_OR_PROCESS] },
  commit: { args: [['job']] },
  apps: {},
  login: {},
  logout: {},
  user: { args: [USER] },
  users: {},
  'user:add': { args: [NOTHING] },
  'user:del': { args: [USER] },
  'user:setpassword': { args: [USER] },
  'user:setkey': { args: [USER] },
  key: { args: [KEY] },
  keys: {},
  'key:create': { args: [['permission']] },
  'key:delete': { args: [KEY] },
  lookup: {},
  'lookup:nodes': {},
  'lookup:jobs': {},
  'lookup:job': { args: [['job']] },
  'lookup:sessions': { args: [['node']] },
  'lookup:session': { args: [['app']] },
  'certs:create': {
    args: [NOTHING],
    options: { client: NOTHING, days: NOTHING, permit: NOTHING, name: NOTHING, out: ['folder'] },
  },
  doctor: { options: { config: ['file'] }, behindDashes: 'gafferd' },
  completion: { args: [{ oneOf: SHELLS }] },
  help: { args: [['command']] },
};
