import { parseSignal } from '../job/signal.ts';
import { jobAsTold } from './access/told.ts';
import { COMMIT_BODY, commitOptionsOf, configOf, operandOf, SCALE_BODY, signalBody, UPDATE_BODY } from './job-body.ts';
import { begun, type Call, count, OK, type Paths, WAIT, word } from './operation.ts';
import { countOf, jobOf } from './params.ts';
import { COUNT, EXAMPLE_CONFIG, EXAMPLE_STATS, JOB_INFO, JOB_STATS, listOf, OK_ANSWER, object, STATE_BODY, STATE_TEXT } from './schemas.ts';
import { tailOfJob } from './tail-text.ts';

const NUMPROCESSES = { schema: object({ numprocesses: COUNT }), example: { numprocesses: 3 } };

/** What can be done with one job. */
export const JOB_OPERATIONS: Paths = {
  '/jobs/:session/:job': {
    GET: {
      id: 'job',
      need: 'read job',
      isRepeatable: true,
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
      answer: async (call) => ({ json: jobAsTold(call.caller, await call.node.jobInfo(jobOf(call))) }),
    },
    PUT: {
      id: 'update',
      need: 'manage job',
      summary: 'Replaces the configuration and starts the job with it; if only `numprocesses` changed, it scales',
      query: WAIT,
      body: UPDATE_BODY,
      success: { status: 201, description: 'it is replaced', schema: OK_ANSWER, example: OK },
      errors: ['invalid_config', 'job_not_found'],
      answer: (call) => begun(call, call.node.update(jobOf(call), configOf(call.body, jobOf(call).job)), 201),
    },
    DELETE: {
      id: 'unload',
      need: 'manage job',
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
      need: 'read job',
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
      need: 'read job',
      summary: 'How many processes of a job are wanted',
      success: { status: 200, description: 'the number', ...NUMPROCESSES },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: { numprocesses: (await call.node.jobInfo(jobOf(call))).max_processes } }),
    },
    POST: {
      id: 'scale',
      need: 'manage job',
      summary: 'Changes how many are wanted: `2` and `"+2"` add, `"-1"` takes away, `"=3"` sets',
      body: SCALE_BODY,
      success: { status: 200, description: 'the new number', ...NUMPROCESSES },
      errors: ['invalid_operand', 'job_not_found'],
      answer: async (call) => ({ json: { numprocesses: await call.node.scale(jobOf(call), operandOf(call.body)) } }),
    },
  },
  '/jobs/:session/:job/signal': {
    POST: {
      id: 'signalJob',
      need: 'manage job',
      summary: 'Sends a signal to every process of a job',
      body: signalBody('bad_request'),
      success: { status: 202, description: 'it is sent', schema: OK_ANSWER, example: OK },
      errors: ['job_not_found'],
      answer: async (call) => {
        await call.node.signalJob(jobOf(call), parseSignal((call.body as { signal: unknown }).signal));
        return { status: 202, json: OK };
      },
    },
  },
  '/jobs/:session/:job/state': {
    GET: {
      id: 'jobState',
      need: 'read job',
      summary: 'Whether a job has a process',
      success: { status: 200, description: '`1` if it has one, else `0`', type: 'text/html', schema: STATE_TEXT, example: '1' },
      errors: ['job_not_found'],
      answer: async (call) => ({ text: (await call.node.jobInfo(jobOf(call))).active ? '1' : '0' }),
    },
    POST: {
      id: 'setJobState',
      need: 'manage job',
      summary: 'Stops (`0`), starts (`1`) or reloads (`2`) a job',
      query: WAIT,
      body: STATE_BODY,
      success: { status: 202, description: 'it has begun', schema: OK_ANSWER, example: OK },
      errors: ['job_not_found'],
      answer: (call) => begun(call, setState(call)),
    },
  },
  '/jobs/:session/:job/restart': {
    POST: {
      id: 'restart',
      need: 'manage job',
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
      need: 'read job',
      summary: 'The supervised processes of a job',
      success: { status: 200, description: 'their pids', schema: object({ pids: listOf(COUNT) }), example: { pids: [1, 2] } },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: { pids: await call.node.pids(jobOf(call)) } }),
    },
  },
  '/jobs/:session/:job/commit': {
    POST: {
      id: 'commit',
      need: 'manage session',
      summary: 'Starts one process of a job outside supervision: nothing starts it again',
      body: COMMIT_BODY,
      success: { status: 200, description: 'its pid', schema: object({ pid: COUNT }), example: { pid: 3 } },
      errors: ['job_not_found'],
      answer: async (call) => ({ json: { pid: await call.node.commit(jobOf(call), commitOptionsOf(call.body)) } }),
    },
  },
  '/jobs/:session/:job/tail': {
    GET: {
      id: 'jobTail',
      need: 'read job',
      summary: 'The last lines that the processes of a job have written, also those that have ended lately',
      query: { lines: count('how many; 100 without it'), stream: word('of one output only') },
      success: { status: 200, description: 'the lines as they were written', type: 'application/octet-stream' },
      errors: ['job_not_found'],
      answer: async (call) => ({ bytes: await tailOfJob(call.node, jobOf(call), call.query['stream'], countOf(call, 'lines', 100)) }),
    },
  },
};

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
