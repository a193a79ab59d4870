import { parseSignal } from '../job/signal.ts';
import { begun, OK, type Paths, WAIT } from './operation.ts';
import { countOf, pidOf } from './params.ts';
import { EXAMPLE_STATS, OK_ANSWER, object, PROCESS_INFO, PROCESS_STATS, SIGNAL, TEXT } from './schemas.ts';
import { tailText } from './tail-text.ts';

const STREAM = { description: 'the label of the output; without it the first', schema: TEXT };

/** What can be done with one process. */
export const PROCESS_OPERATIONS: Paths = {
  '/:pid': {
    GET: {
      id: 'process',
      summary: 'A process',
      success: {
        status: 200,
        description: 'the process',
        schema: PROCESS_INFO,
        example: {
          pid: 1,
          name: 'shop.web',
          cmd: 'node',
          args: ['server.js'],
          env: { PORT: '5000', PS: 'web.1' },
          uid: null,
          gid: null,
          os_pid: 25_715,
          create_time: 1_763_770_000.5,
          commited: false,
          redirect_output: ['out', 'err'],
          redirect_input: false,
          custom_streams: [],
          active: true,
          slot: 1,
          restarts: 0,
        },
      },
      errors: ['process_not_found'],
      answer: async (call) => ({ json: await call.node.processInfo(pidOf(call)) }),
    },
    DELETE: {
      id: 'stopProcess',
      summary: 'Tells a process to end; a supervised one gets a successor',
      query: {
        ...WAIT,
        replace: { description: '`false`: no successor, one process less is wanted', schema: { type: 'string', enum: ['true', 'false'] } },
      },
      success: { status: 202, description: 'it is told', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found'],
      answer: (call) => begun(call, call.node.stopProcess(pidOf(call), { replace: call.query['replace'] !== 'false' })),
    },
  },
  '/:pid/restart': {
    POST: {
      id: 'restartProcess',
      summary: 'Replaces a supervised process',
      query: WAIT,
      success: { status: 202, description: 'it has begun', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found', 'not_supervised'],
      answer: (call) => begun(call, call.node.restartProcess(pidOf(call))),
    },
  },
  '/:pid/signal': {
    POST: {
      id: 'signalProcess',
      summary: 'Sends a signal to a process',
      body: { kind: 'json', schema: SIGNAL, example: { signal: 'HUP' } },
      success: { status: 202, description: 'it is sent', schema: OK_ANSWER, example: OK },
      errors: ['bad_request', 'invalid_signal', 'process_not_found'],
      answer: async (call) => {
        await call.node.signalProcess(pidOf(call), parseSignal((call.body as { signal: unknown }).signal));
        return { status: 202, json: OK };
      },
    },
  },
  '/:pid/stats': {
    GET: {
      id: 'processStats',
      summary: 'What a process uses, with what it has started',
      success: { status: 200, description: 'the statistics', schema: object({ stats: PROCESS_STATS }), example: { stats: EXAMPLE_STATS } },
      errors: ['process_not_found'],
      answer: async (call) => ({ json: { stats: await call.node.processStats(pidOf(call)) } }),
    },
  },
  '/:pid/tail': {
    GET: {
      id: 'processTail',
      summary: 'The end of what a process has written, 16 KiB at most',
      query: { lines: { description: 'its last lines only', schema: TEXT }, stream: STREAM },
      success: { status: 200, description: 'the bytes as they were written', type: 'application/octet-stream' },
      errors: ['bad_request', 'process_not_found', 'stream_not_found'],
      answer: async (call) => {
        const { stream: label, lines } = call.query;
        const pid = pidOf(call);
        const bytes = await call.node.tail(pid, label);
        return { bytes: lines === undefined ? bytes : await tailText(call.node, { pid, label }, countOf(call, 'lines', 100)) };
      },
    },
  },
};
