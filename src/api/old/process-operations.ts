import type { Need } from '../../access/permissions.ts';
import { GafferError } from '../../errors.ts';
import type { JobInfo } from '../../job/info.ts';
import { formatJobName, parseJobName } from '../../job/name.ts';
import { oldJobName } from '../../protocol/old-name.ts';
import { jobAsTold } from '../access/told.ts';
import { begun, type Call, OK, oneOf, type Paths, WAIT } from '../operation.ts';
import { COUNT, FLAG, listOf, OK_ANSWER, object, TEXT } from '../schemas.ts';
import { findOldJob, findOldTarget, findTemplate, needOfNamed, needOfTarget, oldNameOf } from './old-target.ts';
import { configFor, EXAMPLE_TEMPLATE, jobOf, OTHER_TEMPLATE_BODY, TEMPLATE, TEMPLATE_BODY, templateOf } from './template.ts';

/** Templates and processes, under their names of 0.4: a number is a process. */
export const OLD_PROCESS_OPERATIONS: Paths = {
  '/processes': {
    GET: {
      id: 'oldProcesses',
      need: 'manage all',
      summary: 'Every job under its name of 0.4: `web`, `shop:web`; with `running=true` the pids of all processes',
      query: { running: oneOf(['true', '1', 'false', '0'], '`true` or `1`: the processes, not the jobs') },
      success: { status: 200, description: 'names, or pids', schema: listOf({ anyOf: [TEXT, COUNT] }), example: ['web', 'shop:web'] },
      answer: async ({ node, query }) => {
        const isRunning = query['running'] === 'true' || query['running'] === '1';
        return { json: isRunning ? await node.pids() : (await node.jobs()).map((job) => oldJobName(formatJobName(job))) };
      },
    },
    POST: {
      id: 'oldLoad',
      need: { words: 'manage session', of: () => ({ kind: 'key' }) }, // which session that is, the body says
      summary: 'Loads a job: `shop:web` into the session `shop`, `web` into `default`; unless told otherwise it is started',
      body: TEMPLATE_BODY,
      success: { status: 200, description: 'it is loaded', schema: OK_ANSWER, example: OK },
      errors: ['invalid_json', 'invalid_process_info', 'template_exists'],
      answer: load,
    },
  },
  '/processes/:name': {
    GET: {
      id: 'oldProcess',
      need: needOfTarget('read'),
      summary: 'The settings of a job; by the number of a process those of its job',
      success: { status: 200, description: 'the settings, with their defaults', schema: TEMPLATE, example: EXAMPLE_TEMPLATE },
      errors: ['job_not_found', 'process_not_found'],
      answer: async (call) => ({ json: jobAsTold(call.caller, templateOf(await infoOf(call))).config }),
    },
    PUT: {
      id: 'oldUpdate',
      need: needOfTarget('manage'),
      summary: 'Replaces the settings of a job and starts it with them',
      query: WAIT,
      body: OTHER_TEMPLATE_BODY,
      success: { status: 200, description: 'they are replaced', schema: OK_ANSWER, example: OK },
      errors: ['invalid_json', 'invalid_process_info', 'invalid_operand', 'job_not_found'],
      answer: async (call) => {
        const job = await findTemplate(call);
        return await begun(call, call.node.update(job, configFor(await call.node.jobInfo(job), call.body)), 200);
      },
    },
    DELETE: {
      id: 'oldUnload',
      need: needOfTarget('manage'),
      summary: 'Unloads a job; by the number of a process it is told to end and gets a successor',
      query: WAIT,
      success: { status: 200, description: 'it is removed, or told to end', schema: OK_ANSWER, example: OK },
      errors: ['job_not_found', 'process_not_found'],
      answer: async (call) => {
        const target = await findOldTarget(call);
        return await begun(call, target.kind === 'job' ? call.node.unload(target.job) : call.node.stopProcess(target.pid), 200);
      },
    },
  },
  '/status/:name': {
    GET: {
      id: 'oldStatus',
      need: needOfNamed('read'),
      summary: 'Whether a job has a process, how many it has, and how many are wanted',
      success: {
        status: 200,
        description: '`numprocesses`, as it was documented, is `max_processes`, as it was answered',
        schema: object({ active: FLAG, running: COUNT, max_processes: COUNT, numprocesses: COUNT }),
        example: { active: true, running: 2, max_processes: 2, numprocesses: 2 },
      },
      errors: ['job_not_found'],
      answer: async ({ node, ...call }) => {
        const { active, running, max_processes } = await node.jobInfo(await findOldJob(node, oldNameOf({ node, ...call })));
        return { json: { active, running, max_processes, numprocesses: max_processes } };
      },
    },
  },
};

async function load({ node, caller, body }: Call): Promise<{ readonly json: unknown }> {
  const { session, config } = jobOf(body);
  const need: Need = { kind: 'right', right: 'manage', target: { kind: 'session', session } };
  caller.expect(need);
  try {
    await node.load(session, config);
  } catch (error) {
    throw error instanceof GafferError && error.code === 'job_exists' ? new GafferError('template_exists', error.message, { cause: error }) : error;
  }
  return { json: OK };
}

async function infoOf(call: Call): Promise<JobInfo> {
  const { node } = call;
  const target = await findOldTarget(call);
  return await node.jobInfo(target.kind === 'job' ? target.job : parseJobName((await node.processInfo(target.pid)).name));
}
