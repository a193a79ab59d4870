import type { Commands } from '../argv.ts';
import { Completion } from '../completion/command.ts';
import { runProgram } from '../run-program.ts';
import { GAFFER_VOICE } from '../voice.ts';
import { Apps } from './commands/apps.ts';
import { Attach } from './commands/attach.ts';
import { CertsCreate } from './commands/certs-create.ts';
import { Check } from './commands/check.ts';
import { Commit } from './commands/commit.ts';
import { Doctor } from './commands/doctor.ts';
import { Events } from './commands/events.ts';
import { Export } from './commands/export.ts';
import { Help } from './commands/help.ts';
import { Key } from './commands/key.ts';
import { KeyCreate } from './commands/key-create.ts';
import { KeyDelete } from './commands/key-delete.ts';
import { Keys } from './commands/keys.ts';
import { Kill } from './commands/kill.ts';
import { Load } from './commands/load.ts';
import { Login } from './commands/login.ts';
import { Logout } from './commands/logout.ts';
import { Logs } from './commands/logs.ts';
import { Lookup } from './commands/lookup.ts';
import { LookupJob } from './commands/lookup-job.ts';
import { LookupJobs } from './commands/lookup-jobs.ts';
import { LookupNodes } from './commands/lookup-nodes.ts';
import { LookupSession } from './commands/lookup-session.ts';
import { LookupSessions } from './commands/lookup-sessions.ts';
import { Ps } from './commands/ps.ts';
import { PsInfo } from './commands/ps-info.ts';
import { PsStart } from './commands/ps-start.ts';
import { Recv } from './commands/recv.ts';
import { Reload } from './commands/reload.ts';
import { Restart } from './commands/restart.ts';
import { Run } from './commands/run.ts';
import { Scale } from './commands/scale.ts';
import { Send } from './commands/send.ts';
import { Start } from './commands/start.ts';
import { Stop } from './commands/stop.ts';
import { Unload } from './commands/unload.ts';
import { User } from './commands/user.ts';
import { UserAdd } from './commands/user-add.ts';
import { UserDel } from './commands/user-del.ts';
import { UserSetKey } from './commands/user-setkey.ts';
import { UserSetPassword } from './commands/user-setpassword.ts';
import { Users } from './commands/users.ts';

/** The commands of `gaffer`; oclif finds them here by this name. */
export const COMMANDS: Commands = {
  start: Start,
  run: Run,
  check: Check,
  export: Export,
  load: Load,
  unload: Unload,
  reload: Reload,
  restart: Restart,
  stop: Stop,
  scale: Scale,
  ps: Ps,
  'ps:info': PsInfo,
  'ps:start': PsStart,
  logs: Logs,
  events: Events,
  kill: Kill,
  send: Send,
  recv: Recv,
  attach: Attach,
  commit: Commit,
  apps: Apps,
  login: Login,
  logout: Logout,
  user: User,
  users: Users,
  'user:add': UserAdd,
  'user:del': UserDel,
  'user:setpassword': UserSetPassword,
  'user:setkey': UserSetKey,
  key: Key,
  keys: Keys,
  'key:create': KeyCreate,
  'key:delete': KeyDelete,
  lookup: Lookup,
  'lookup:nodes': LookupNodes,
  'lookup:jobs': LookupJobs,
  'lookup:job': LookupJob,
  'lookup:sessions': LookupSessions,
  'lookup:session': LookupSession,
  'certs:create': CertsCreate,
  doctor: Doctor,
  completion: Completion,
  help: Help,
};

const RUN = ['run', 'dev:run'];

/** How command lines of `gaffer` are read. */
export const RULES = {
  passOn: RUN,
  elsewhere: { commands: RUN, options: ['--on-node', '--endpoint', '--gafferd-http-address', '-g'], to: 'commit' },
};

declare const GAFFER_VERSION: string;

/** Runs `gaffer`. @param file the bundled file that this is in */
export async function main(file: string): Promise<void> {
  await runProgram({
    voice: GAFFER_VOICE,
    version: GAFFER_VERSION,
    file,
    commands: COMMANDS,
    ...RULES,
    completed: async () => (await import('./completed.ts')).completed({ commands: COMMANDS, ...RULES }),
  });
}
