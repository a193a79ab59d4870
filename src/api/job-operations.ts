import { GafferError } from '../errors.ts';
import type { JobConfig } from '../job/config.ts';
import { parseScaleOperand } from '../job/scale.ts';
import { parseSignal } from '../job/signal.ts';
import { begun, type Call, OK, type Paths, WAIT } from './operation.ts';
import { countOf, jobOf } from './params.ts';
import {
  CONFIG_FOR_PATH,
  COUNT,
  EXAMPLE_CONFIG,
  EXAMPLE_STATS,
  INTEGER,
  JOB_INFO,
  JOB_STATS,
  listOf,
  OK_ANSWER,
  object,
  SIGNAL,
  STATE_TEXT,
  TEXT,
} from './schemas.ts';
import { tailText } from './tail-text.ts';

const NUMPROCESSES = { schema: object({ numprocesses: COUNT }), example: { numprocesses: 3 } };

/** What can be done with one job. */
export const JOB_OPERATIONS: Paths = {
  '/jobs/:session/:job': {
    GET: {
      id: 'job',
      summary: 'A job: its processes and its configuration',
      success: {
        status: 200,
        description: 'the job',
        schema: JOB_INFO,
        example: {
          name: 'shop.web',
          active: true,
          running: 2,
          running_out: 0,
          max_processes: 2,
          processes: [1, 2],
          config: EXAMPLE_CONFIG,
          state: 'started',
        },
      },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: await call.node.jobInfo(jobOf(call)) }),
    },
    PUT: {
      id: 'update',
      summary: 'Replaces the configuration and starts the job with it; if only `numprocesses` changed, it scales',
      query: WAIT,
      body: { kind: 'json', schema: CONFIG_FOR_PATH, example: EXAMPLE_CONFIG },
      success: { status: 201, description: 'it is replaced', schema: OK_ANSWER, example: OK },
      errors: ['bad_request', 'invalid_config', 'job_not_found'],
      answer: (call) => begun(call, call.node.update(jobOf(call), configForPath(call)), 201),
    },
    DELETE: {
      id: 'unload',
      summary: 'Unloads a job; its processes are told to end',
      query: WAIT,
      success: { status: 200, description: 'it is removed', schema: OK_ANSWER, example: OK },
      errors: ['job_not_found'],
      answer: (call) => begun(call, call.node.unload(jobOf(call)), 200),
    },
  },
  '/jobs/:session/:job/stats': {
    GET: {
      id: 'jobStats',
      summary: 'What the processes of a job use',
      success: {
        status: 200,
        description: 'each process, sums, maxima and minima',
        schema: JOB_STATS,
        example: {
          name: 'shop.web',
          stats: [{ ...EXAMPLE_STATS, pid: 1, os_pid: 25_715 }],
          mem: 0.1,
          max_mem: 0.1,
          min_mem: 0.1,
          cpu: 1.5,
          max_cpu: 1.5,
          min_cpu: 1.5,
        },
      },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: await call.node.jobStats(jobOf(call)) }),
    },
  },
  '/jobs/:session/:job/numprocesses': {
    GET: {
      id: 'numprocesses',
      summary: 'How many processes of a job are wanted',
      success: { status: 200, description: 'the number', ...NUMPROCESSES },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: { numprocesses: (await call.node.jobInfo(jobOf(call))).max_processes } }),
    },
    POST: {
      id: 'scale',
      summary: 'Changes how many are wanted: `2` and `"+2"` add, `"-1"` takes away, `"=3"` sets',
      body: { kind: 'json', schema: object({ scale: { anyOf: [INTEGER, TEXT] } }), example: { scale: '=3' } },
      success: { status: 200, description: 'the new number', ...NUMPROCESSES },
      errors: ['bad_request', 'invalid_operand', 'job_not_found'],
      answer: async (call) => ({
        json: { numprocesses: await call.node.scale(jobOf(call), parseScaleOperand((call.body as { scale: unknown }).scale)) },
      }),
    },
  },
  '/jobs/:session/:job/signal': {
    POST: {
      id: 'signalJob',
      summary: 'Sends a signal to every process of a job',
      body: { kind: 'json', schema: SIGNAL, example: { signal: 'HUP' } },
      success: { status: 202, description: 'it is sent', schema: OK_ANSWER, example: OK },
      errors: ['bad_request', 'invalid_signal', 'job_not_found'],
      answer: async (call) => {
        await call.node.signalJob(jobOf(call), parseSignal((call.body as { signal: unknown }).signal));
        return { status: 202, json: OK };
      },
    },
  },
  '/jobs/:session/:job/state': {
    GET: {
      id: 'jobState',
      summary: 'Whether a job has a process',
      success: { status: 200, description: '`1` if it has one, else `0`', type: 'text/html', schema: TEXT, example: '1' },
      errors: ['job_not_found'],
      answer: async (call) => ({ text: (await call.node.jobInfo(jobOf(call))).active ? '1' : '0' }),
    },
    POST: {
      id: 'setJobState',
      summary: 'Stops (`0`), starts (`1`) or reloads (`2`) a job',
      query: WAIT,
      body: { kind: 'text', schema: STATE_TEXT, example: '1' },
      success: { status: 202, description: 'it has begun', schema: OK_ANSWER, example: OK },
      errors: ['bad_request', 'job_not_found'],
      answer: (call) => begun(call, setState(call)),
    },
  },
  '/jobs/:session/:job/restart': {
    POST: {
      id: 'restart',
      summary: 'Stops every process of a job, each gets a successor; a job that does not run is started',
      query: WAIT,
      success: { status: 202, description: 'it has begun', schema: OK_ANSWER, example: OK },
      errors: ['job_not_found'],
      answer: (call) => begun(call, call.node.restart(jobOf(call))),
    },
  },
  '/jobs/:session/:job/pids': {
    GET: {
      id: 'pidsOfJob',
      summary: 'The supervised processes of a job',
      success: { status: 200, description: 'their pids', schema: object({ pids: listOf(COUNT) }), example: { pids: [1, 2] } },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: { pids: await call.node.pids(jobOf(call)) } }),
    },
  },
  '/jobs/:session/:job/commit': {
    POST: {
      id: 'commit',
      summary: 'Starts one process of a job outside supervision: nothing starts it again',
      body: {
        kind: 'json',
        schema: object(
          {
            graceful_timeout: { anyOf: [{ type: 'number', minimum: 0, maximum: 86_400 }, { type: 'null' }] },
            env: { anyOf: [{ type: 'object', additionalProperties: TEXT }, { type: 'null' }] },
          },
          ['graceful_timeout', 'env'],
        ),
        example: { graceful_timeout: 5, env: { ONCE: '1' } },
      },
      success: { status: 200, description: 'its pid', schema: object({ pid: COUNT }), example: { pid: 3 } },
      errors: ['bad_request', 'job_not_found'],
      answer: async (call) => {
        const { graceful_timeout: seconds, env } = call.body as { graceful_timeout?: number | null; env?: Record<string, string> | null };
        const options = {
          ...(typeof seconds === 'number' && seconds > 0 && { gracefulTimeoutMs: seconds * 1000 }),
          ...(typeof env === 'object' && env !== null && { env }),
        };
        return { json: { pid: await call.node.commit(jobOf(call), options) } };
      },
    },
  },
  '/jobs/:session/:job/tail': {
    GET: {
      id: 'jobTail',
      summary: 'The last lines that the processes of a job have written, also those that have ended lately',
      query: { lines: { description: 'how many; 100 without it', schema: TEXT }, stream: { description: 'of one output only', schema: TEXT } },
      success: { status: 200, description: 'the lines as they were written', type: 'application/octet-stream' },
      errors: ['bad_request', 'job_not_found'],
      answer: async (call) => ({ bytes: await tailText(call.node, { job: jobOf(call), label: call.query['stream'] }, countOf(call, 'lines', 100)) }),
    },
  },
};

function configForPath(call: Call): JobConfig {
  const { job } = jobOf(call);
  const config = { name: job, ...(call.body as Omit<JobConfig, 'name'> & { name?: string }) };
  if (config.name !== job) {
    throw new GafferError('bad_request', 'template name conflict with the path');
  }
  return config;
}

function setState(call: Call): Promise<void> {
  const job = jobOf(call);
  switch (call.body) {
    case '0':
      return call.node.stop(job);
    case '1':
      return call.node.start(job);
    default:
      return call.node.reload(job);
  }
}
