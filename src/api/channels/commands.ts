import { GafferError } from '../../errors.ts';
import type { JobConfig } from '../../job/config.ts';
import { formatJobName } from '../../job/name.ts';
import { parseSignal } from '../../job/signal.ts';
import { COMMIT_BODY, commitOptionsOf, LOAD_BODY, operandOf, UPDATE_BODY } from '../job-body.ts';
import { hasBegun, OK } from '../operation.ts';
import { expectSessionName } from '../params.ts';
import {
  argument,
  type CommandCall,
  jobArgument,
  jobOfSession,
  jobText,
  optional,
  optionalText,
  pidArgument,
  sessionArgument,
} from './command-args.ts';

/** Carries a command out, and answers its result. */
type Command = (call: CommandCall) => Promise<unknown>;

/** The commands of the control channel, by their names. */
const COMMANDS: Readonly<Record<string, Command>> = {
  sessions: async ({ node }) => ({ sessions: await node.sessions() }),
  jobs: async (call) => {
    const session = optionalText(call, 0, 'sessionid');
    const jobs = await call.node.jobs(session);
    return { ...(session !== undefined && { sessionid: session }), jobs: jobs.map(formatJobName) };
  },
  pids: async (call) => {
    if (optional(call, 0, 'name') === undefined) {
      return { pids: await call.node.pids() };
    }
    return { sessionid: call.args[0], pids: await call.node.pids(jobArgument(call)) };
  },
  load: async (call) => {
    const config = configArgument(call);
    call.bodies.expect(LOAD_BODY, config);
    await call.node.load(expectSessionName(sessionArgument(call)), config);
    return OK;
  },
  update: async (call) => {
    const config = configArgument(call);
    call.bodies.expect(UPDATE_BODY, config);
    return await begin(call, call.node.update({ session: sessionArgument(call), job: config.name }, config));
  },
  unload: async (call) => await begin(call, call.node.unload(await jobOfSession(call))),
  reload: (call) => begin(call, call.node.reload(call.kwargs['sessionid'] === undefined ? jobArgument(call) : jobIn(call))),
  start_job: (call) => begin(call, call.node.start(jobArgument(call))),
  stop_job: (call) => begin(call, call.node.stop(jobArgument(call))),
  stopall: async (call) => {
    const job = jobArgument(call);
    const { active } = await call.node.jobInfo(job);
    return active ? await begin(call, call.node.restart(job)) : OK; // one without processes has none to stop
  },
  scale: async (call) => {
    const job = jobArgument(call);
    return { numprocesses: await call.node.scale(job, operandOf({ scale: argument(call, 1, 'a number of processes like "+1" or "=3"') })) };
  },
  info: async (call) => ({ info: await call.node.jobInfo(jobArgument(call)) }),
  stats: async (call) => ({ stats: await call.node.jobStats(jobArgument(call)) }),
  killall: async (call) => {
    await call.node.signalJob(jobArgument(call), signalArgument(call));
    return OK;
  },
  commit: async (call) => {
    const job = jobArgument(call);
    const body = { graceful_timeout: optional(call, 1, 'graceful_timeout') ?? null, env: optional(call, 2, 'env') ?? null };
    call.bodies.expect(COMMIT_BODY, body);
    return { ok: true, pid: await call.node.commit(job, commitOptionsOf(body)) };
  },
  process_info: async (call) => ({ info: await call.node.processInfo(pidArgument(call)) }),
  process_stats: async (call) => ({ stats: await call.node.processStats(pidArgument(call)) }),
  stop_process: (call) => begin(call, call.node.stopProcess(pidArgument(call))),
  kill: async (call) => {
    await call.node.signalProcess(pidArgument(call), signalArgument(call));
    return OK;
  },
};

/** The one that takes as long as the process it writes to. */
const SEND = 'send';

/** What a command comes to: `begun` resolves when the next one may be begun, `result` with its answer. */
export interface CommandRun {
  readonly begun: Promise<unknown>;
  readonly result: Promise<unknown>;
}

/** Carries out a command of the control channel; the result rejects with what the answer has to tell. */
export function runCommand(call: CommandCall): CommandRun {
  if (call.name === SEND) {
    return send(call);
  }
  const command = Object.hasOwn(COMMANDS, call.name) ? COMMANDS[call.name] : undefined;
  const result =
    command === undefined
      ? Promise.reject(new GafferError('command_not_found', `there is no command "${call.name}"; there are ${names().join(', ')}`))
      : (async () => await command(call))();
  return { begun: result, result };
}

function names(): readonly string[] {
  return [...Object.keys(COMMANDS), SEND];
}

/** Writes to a process. What others want meanwhile does not wait until it reads. */
function send(call: CommandCall): CommandRun {
  const written = (async (): Promise<{ readonly done: Promise<void> }> => {
    const pid = pidArgument(call);
    const data = dataOf(argument(call, 1, 'a text, or a list of texts'));
    const stream = await call.node.stream(pid, optionalText(call, 2, 'stream') ?? 'stdin');
    return { done: stream.write(data) };
  })();
  const result = written.then(async ({ done }) => {
    await done;
    return OK;
  });
  return { begun: written, result };
}

function dataOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) {
    return value.join('');
  }
  throw new GafferError('bad_request', `send: expected a text, or a list of texts, got ${JSON.stringify(value).slice(0, 60)}`);
}

/** The configuration in the first argument, with what the others say beside it. */
function configArgument(call: CommandCall): JobConfig {
  const { args, kwargs } = call;
  const config = args[0] ?? kwargs['config'];
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new GafferError('config_missing', `${call.name}: expected a job's configuration as its argument`);
  }
  const { start, env } = kwargs;
  const own = config as JobConfig;
  return {
    ...own,
    ...(typeof start === 'boolean' && { start }),
    ...(typeof env === 'object' && env !== null && { env: { ...own.env, ...(env as Record<string, string>) } }),
  };
}

function signalArgument(call: CommandCall): ReturnType<typeof parseSignal> {
  return parseSignal(argument(call, 1, 'a signal like "HUP" or 1'));
}

function jobIn(call: CommandCall): { session: string; job: string } {
  return { session: sessionArgument(call), job: jobText(call) };
}

async function begin(call: CommandCall, work: Promise<void>): Promise<unknown> {
  await hasBegun(work, (error) => call.failedLater(error));
  return OK;
}
