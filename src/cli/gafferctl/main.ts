import type { Commands } from '../argv.ts';
import { Completion } from '../completion/command.ts';
import { type Program, runProgram } from '../run-program.ts';
import { Key, KeyCreate, KeyDelete, Keys, Login, Logout, User, UserAdd, UserDel, UserSetKey, UserSetPassword, Users } from './commands/accounts.ts';
import { Add, Sub } from './commands/add-and-sub.ts';
import { AddProcess } from './commands/add-process.ts';
import { Commit } from './commands/commit.ts';
import { Help } from './commands/help.ts';
import { DelProcess, Reload, Restart, Start, Stop } from './commands/job-deeds.ts';
import { JobTail } from './commands/job-tail.ts';
import { GetProcess, JobInfo, JobStats, Numprocesses, Running } from './commands/job-views.ts';
import { Jobs } from './commands/jobs.ts';
import { Kill } from './commands/kill.ts';
import { LoadProcess } from './commands/load-process.ts';
import { Pids } from './commands/pids.ts';
import { Ping } from './commands/ping.ts';
import { Plugins } from './commands/plugins.ts';
import { ProcessRestart } from './commands/process-deeds.ts';
import { ProcessStop } from './commands/process-stop.ts';
import { ProcessTail } from './commands/process-tail.ts';
import { ProcessInfo, ProcessStats } from './commands/process-views.ts';
import { Processes } from './commands/processes.ts';
import { Scale } from './commands/scale.ts';
import { Send } from './commands/send.ts';
import { SessionReload, SessionStart, SessionStop, SessionUnload } from './commands/session-deeds.ts';
import { Sessions } from './commands/sessions.ts';
import { Status } from './commands/status.ts';
import { UpdateProcess } from './commands/update-process.ts';
import { Version } from './commands/version.ts';
import { Watch } from './commands/watch.ts';
import { WebhookAdd } from './commands/webhook-add.ts';
import { WebhookDelete, WebhookTest } from './commands/webhook-deeds.ts';
import { Webhooks } from './commands/webhooks.ts';
import { overview } from './overview.ts';
import { prelude } from './prelude.ts';
import { unknownCommand } from './unknown-command.ts';
import { GAFFERCTL_VOICE } from './voice.ts';

/** The commands of `gafferctl`; oclif finds them here by this name. Those of 0.4 have its names, newer ones are called as gaffer's. */
export const COMMANDS: Commands = {
  processes: Processes,
  get_process: GetProcess,
  add_process: AddProcess,
  load_process: LoadProcess,
  update_process: UpdateProcess,
  del_process: DelProcess,
  start: Start,
  stop: Stop,
  add: Add,
  sub: Sub,
  status: Status,
  numprocesses: Numprocesses,
  running: Running,
  pids: Pids,
  kill: Kill,
  watch: Watch,
  sessions: Sessions,
  'session:start': SessionStart,
  'session:stop': SessionStop,
  'session:reload': SessionReload,
  'session:unload': SessionUnload,
  jobs: Jobs,
  'job:info': JobInfo,
  'job:stats': JobStats,
  'job:tail': JobTail,
  restart: Restart,
  reload: Reload,
  scale: Scale,
  commit: Commit,
  'process:info': ProcessInfo,
  'process:stats': ProcessStats,
  'process:tail': ProcessTail,
  'process:stop': ProcessStop,
  'process:restart': ProcessRestart,
  send: Send,
  webhooks: Webhooks,
  'webhook:add': WebhookAdd,
  'webhook:delete': WebhookDelete,
  'webhook:test': WebhookTest,
  plugins: Plugins,
  login: Login,
  logout: Logout,
  key: Key,
  keys: Keys,
  'key:create': KeyCreate,
  'key:delete': KeyDelete,
  user: User,
  users: Users,
  'user:add': UserAdd,
  'user:del': UserDel,
  'user:setkey': UserSetKey,
  'user:setpassword': UserSetPassword,
  version: Version,
  ping: Ping,
  completion: Completion,
  help: Help,
};

/** How command lines of `gafferctl` are read. */
export const RULES = { passOn: [], unknownCommand };

declare const GAFFER_VERSION: string;

/** What `gafferctl` is made of. @param file the bundled file that this is in */
export function program(file: string, version: string): Program {
  return {
    voice: GAFFERCTL_VOICE,
    version,
    file,
    commands: COMMANDS,
    ...RULES,
    completed: async () => [
      {
        ...RULES,
        name: 'gafferctl',
        commands: COMMANDS,
        words: (await import('./words.ts')).WORDS,
        endpointOption: 'connect',
        hasOldNames: true,
      },
    ],
    overview: () => overview(COMMANDS),
    prelude,
  };
}

/** Runs `gafferctl`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runProgram(program(file, GAFFER_VERSION));
}
