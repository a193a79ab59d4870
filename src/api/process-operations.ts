import { parseSignal } from '../job/signal.ts';
import { processAsTold } from './access/told.ts';
import { signalBody } from './job-body.ts';
import { begun, count, flag, OK, type Paths, WAIT, word } from './operation.ts';
import { countOf, pidOf } from './params.ts';
import { EXAMPLE_STATS, OK_ANSWER, object, PROCESS_INFO, PROCESS_STATS } from './schemas.ts';
import { lastLines } from './tail-text.ts';

/** What can be done with one process. */
export const PROCESS_OPERATIONS: Paths = {
  '/:pid': {
    GET: {
      id: 'process',
      need: 'read process',
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
      answer: async (call) => ({ json: processAsTold(call.caller, await call.node.processInfo(pidOf(call))) }),
    },
    DELETE: {
      id: 'stopProcess',
      need: 'manage process',
      summary: 'Tells a process to end; a supervised one gets a successor',
      query: { ...WAIT, replace: flag('`false`: no successor, one process less is wanted') },
      success: { status: 202, description: 'it is told', schema: OK_ANSWER, example: OK },
      errors: ['process_not_found'],
      answer: (call) => begun(call, call.node.stopProcess(pidOf(call), { replace: call.query['replace'] !== 'false' })),
    },
  },
  '/:pid/restart': {
    POST: {
      id: 'restartProcess',
      need: 'manage process',
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
      need: 'manage process',
      summary: 'Sends a signal to a process',
      body: signalBody('invalid_signal'),
      success: { status: 202, description: 'it is sent', schema: OK_ANSWER, example: OK },
      errors: ['invalid_signal', 'process_not_found'],
      answer: async (call) => {
        await call.node.signalProcess(pidOf(call), parseSignal((call.body as { signal: unknown }).signal));
        return { status: 202, json: OK };
      },
    },
  },
  '/:pid/stats': {
    GET: {
      id: 'processStats',
      need: 'read process',
      summary: 'What a process uses, with what it has started',
      success: { status: 200, description: 'the statistics', schema: object({ stats: PROCESS_STATS }), example: { stats: EXAMPLE_STATS } },
      errors: ['process_not_found'],
      answer: async (call) => ({ json: { stats: await call.node.processStats(pidOf(call)) } }),
    },
  },
  '/:pid/tail': {
    GET: {
      id: 'processTail',
      need: 'read process',
      summary: 'The end of what a process has written, 16 KiB at most',
      query: { lines: count('so many of its last lines only'), stream: word('the label of the output; without it the first') },
      success: { status: 200, description: 'the bytes as they were written', type: 'application/octet-stream' },
      errors: ['process_not_found', 'stream_not_found'],
      answer: async (call) => {
        const bytes = await call.node.tail(pidOf(call), call.query['stream']);
        return { bytes: lastLines(bytes, countOf(call, 'lines', Number.POSITIVE_INFINITY)) };
      },
    },
  },
};
