import { type NamedTargets, type NeedWord, needOf } from '../../access/need-word.ts';
import { GafferError } from '../../errors.ts';
import { formatJobName, parseJobName } from '../../job/name.ts';
import { parseSignal } from '../../job/signal.ts';
import { COMMIT_BODY, commitOptionsOf, LOAD_BODY, operandOf, UPDATE_BODY } from '../job-body.ts';
import { hasBegun, OK } from '../operation.ts';
import { expectSessionName } from '../params.ts';
import { type CommandCall, jobOf, jobOfSession, jobText, namesJob, optional, optionalText, pidOf, required, sessionOf } from './command-args.ts';
import { configOf } from './command-config.ts';
import { type CommandRun, send } from './send-command.ts';

/** A command: what it needs of whoever gives it, and how it is carried out, which answers its result. */
interface Command {
  readonly need: NeedWord | ((call: CommandCall) => NeedWord);
  readonly run: (call: CommandCall) => Promise<unknown>;
}

/** The commands of the control channel, by their names; `send` is one of its own kind. */
const COMMANDS: Readonly<Record<string, Command>> = {
  sessions: { need: 'manage all', run: async ({ node }) => ({ sessions: await node.sessions() }) },
  jobs: {
    need: (call) => (optionalText(call, [0, 'sessionid']) === undefined ? 'manage all' : 'manage session'),
    run: async (call) => {
      const session = optionalText(call, [0, 'sessionid']);
      const jobs = await call.node.jobs(session);
      return { ...(session !== undefined && { sessionid: session }), jobs: jobs.map(formatJobName) };
    },
  },
  pids: {
    need: (call) => (namesJob(call) ? 'manage job' : 'manage all'),
    run: async (call) => ({
      ...(namesJob(call) && { sessionid: jobText(call) }),
      pids: await call.node.pids(namesJob(call) ? jobOf(call) : undefined),
    }),
  },
  load: {
    need: 'admin',
    run: async (call) => {
      await call.node.load(expectSessionName(sessionOf(call)), configOf(call, LOAD_BODY));
      return OK;
    },
  },
  update: {
    need: 'admin',
    run: async (call) => {
      const config = configOf(call, UPDATE_BODY);
      return await begin(call, call.node.update({ session: sessionOf(call), job: config.name }, config));
    },
  },
  unload: {
    need: 'admin',
    run: async (call) => {
      const job = call.kwargs['sessionid'] === undefined ? await jobOfSession(call) : jobOf(call);
      return await begin(call, call.node.unload(job));
    },
  },
  reload: {
    need: 'admin',
    run: async (call) => {
      const job = call.kwargs['sessionid'] === undefined ? jobOf(call) : await jobOfSession(call);
      return await begin(call, call.node.reload(job));
    },
  },
  start_job: { need: 'manage job', run: (call) => begin(call, call.node.start(jobOf(call))) },
  stop_job: { need: 'manage job', run: (call) => begin(call, call.node.stop(jobOf(call))) },
  stopall: {
    need: 'manage job',
    run: async (call) => {
      const job = jobOf(call);
      const { active } = await call.node.jobInfo(job);
      return active ? await begin(call, call.node.restart(job)) : OK; // one without processes has none to stop
    },
  },
  scale: {
    need: 'manage job',
    run: async (call) => {
      const job = jobOf(call);
      const operand = operandOf({ scale: required(call, [1, 'scale'], 'a number of processes like "+1" or "=3"') });
      return { numprocesses: await call.node.scale(job, operand) };
    },
  },
  info: { need: 'manage job', run: async (call) => ({ info: await call.node.jobInfo(jobOf(call)) }) },
  stats: { need: 'manage job', run: async (call) => ({ stats: await call.node.jobStats(jobOf(call)) }) },
  killall: {
    need: 'manage job',
    run: async (call) => {
      await call.node.signalJob(jobOf(call), signalOf(call));
      return OK;
    },
  },
  commit: {
    need: 'manage job',
    run: async (call) => {
      const job = jobOf(call);
      const body = { graceful_timeout: optional(call, [1, 'graceful_timeout']) ?? null, env: optional(call, [2, 'env']) ?? null };
      call.bodies.expect(COMMIT_BODY, body);
      return { ok: true, pid: await call.node.commit(job, commitOptionsOf(body)) };
    },
  },
  process_info: { need: 'manage process', run: async (call) => ({ info: await call.node.processInfo(pidOf(call)) }) },
  process_stats: { need: 'manage process', run: async (call) => ({ stats: await call.node.processStats(pidOf(call)) }) },
  stop_process: { need: 'manage process', run: (call) => begin(call, call.node.stopProcess(pidOf(call))) },
  kill: {
    need: 'manage process',
    run: async (call) => {
      await call.node.signalProcess(pidOf(call), signalOf(call));
      return OK;
    },
  },
};

const SEND = 'send';

/** Carries out a command of the control channel; the result rejects with what the answer has to tell. */
export function runCommand(call: CommandCall): CommandRun {
  if (call.name === SEND) {
    return send(call, () => expectMay(call, 'write process'));
  }
  const { need, run } = (Object.hasOwn(COMMANDS, call.name) ? COMMANDS[call.name] : undefined) ?? UNKNOWN;
  const result = (async () => {
    await expectMay(call, typeof need === 'function' ? need(call) : need);
    return await run(call);
  })();
  return { begun: result, result };
}

const UNKNOWN: Command = { need: 'key', run: unknownCommand };

/** @throws GafferError `forbidden`, or what is wrong with the target */
async function expectMay(call: CommandCall, need: NeedWord): Promise<void> {
  const { caller, node } = call;
  if (caller.holder === undefined) {
    return;
  }
  const targets: NamedTargets = {
    session: () => optionalText(call, [0, 'sessionid']) ?? '',
    job: () => jobOf(call),
    jobOfProcess: async () => parseJobName((await node.processInfo(pidOf(call))).name),
  };
  caller.expect(await needOf(need, targets));
}

async function unknownCommand({ name }: CommandCall): Promise<never> {
  throw new GafferError('command_not_found', `there is no command "${name.slice(0, 60)}"; there are ${[...Object.keys(COMMANDS), SEND].join(', ')}`);
}

function signalOf(call: CommandCall): ReturnType<typeof parseSignal> {
  return parseSignal(required(call, [1, 'signal'], 'a signal like "HUP" or 1'));
}

async function begin(call: CommandCall, work: Promise<void>): Promise<unknown> {
  await hasBegun(work, (error) => call.failedLater(error));
  return OK;
}
