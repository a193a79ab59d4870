import { GafferError } from '../../errors.ts';
import { parseScaleOperand, type ScaleOperand } from '../../job/scale.ts';
import { parseSignal, type SignalName } from '../../job/signal.ts';
import { type Answer, begun, type Call, OK, type Operation, type Paths, WAIT } from '../operation.ts';
import { COUNT, listOf, OK_ANSWER, object } from '../schemas.ts';
import { findOldTarget, findTemplate, needOfTarget } from './old-target.ts';

/** What 0.4 did with a template or a process: the action is the last word of a path. */
export const OLD_ACTION_OPERATIONS: Paths = {
  '/processes/:name/_pids': {
    GET: {
      id: 'oldPids',
      need: needOfTarget('read'),
      summary: 'The supervised processes of a job',
      success: {
        status: 200,
        description: 'their pids',
        schema: object({ ok: { const: true }, pids: listOf(COUNT) }),
        example: { ...OK, pids: [1, 2] },
      },
      errors: ['invalid_operand', 'job_not_found'],
      answer: async (call) => ({ json: { ...OK, pids: await call.node.pids(await findTemplate(call)) } }),
    },
  },
  '/processes/:name/_start': {
    POST: action('oldStart', 'Starts a job', async (call) => {
      const job = await findTemplate(call);
      return await begun(call, call.node.start(job), 200);
    }),
  },
  '/processes/:name/_stop': {
    POST: action('oldStop', 'Stops a job; by the number of a process it is told to end and gets a successor', async (call) => {
      const target = await findOldTarget(call);
      return await begun(call, target.kind === 'job' ? call.node.stop(target.job) : call.node.stopProcess(target.pid), 200);
    }),
  },
  '/processes/:name/_restart': {
    POST: action('oldRestart', 'Stops every process of a job, or the one of that number; each gets a successor', async (call) => {
      const target = await findOldTarget(call);
      return await begun(call, target.kind === 'job' ? call.node.restart(target.job) : call.node.restartProcess(target.pid), 200);
    }),
  },
  '/processes/:name/_add': { POST: scaling('oldAddOne', 'One process more', '+') },
  '/processes/:name/_add/:count': { POST: scaling('oldAdd', 'So many processes more', '+') },
  '/processes/:name/_sub': { POST: scaling('oldSubOne', 'One process less', '-') },
  '/processes/:name/_sub/:count': { POST: scaling('oldSub', 'So many processes less', '-') },
  '/processes/:name/_signal/:signal': {
    POST: {
      ...action('oldSignal', 'Sends a signal, by number or name, to every process of a job, or to one', async (call) => {
        const signal = signalOf(call);
        const target = await findOldTarget(call);
        await (target.kind === 'job' ? call.node.signalJob(target.job, signal) : call.node.signalProcess(target.pid, signal));
        return { json: OK };
      }),
      query: {},
    },
  },
};

function action(id: string, summary: string, answer: Operation['answer']): Operation {
  return {
    id,
    need: needOfTarget('manage'),
    summary,
    query: WAIT,
    success: { status: 200, description: 'it has begun', schema: OK_ANSWER, example: OK },
    errors: ['invalid_operand', 'job_not_found', 'process_not_found'],
    answer,
  };
}

function scaling(id: string, summary: string, op: '+' | '-'): Operation {
  return {
    id,
    need: needOfTarget('manage'),
    summary,
    success: {
      status: 200,
      description: 'how many are wanted now',
      schema: object({ ok: { const: true }, numprocesses: COUNT }),
      example: { ...OK, numprocesses: 3 },
    },
    errors: ['invalid_operand', 'job_not_found'],
    answer: (call) => scale(call, op),
  };
}

async function scale(call: Call, op: '+' | '-'): Promise<Answer> {
  const operand = operandOf(call, op);
  const numprocesses = await call.node.scale(await findTemplate(call), operand);
  return { json: { ...OK, numprocesses } };
}

/** How many more or less, one if nothing is said. @throws GafferError `invalid_operand` */
function operandOf({ params }: Call, op: '+' | '-'): ScaleOperand {
  const count = params['count'] ?? '1';
  if (!/^\d+$/.test(count)) {
    throw new GafferError('invalid_operand', `expected a whole number of processes, got "${count}"`);
  }
  return parseScaleOperand(`${op}${count}`);
}

/** Clients of 0.4 on Python 3.5 to 3.10 write their own name of it into the path. */
const PYTHON_PREFIX = 'Signals.';

/** @throws GafferError `invalid_operand`, which has the word of 0.4 for it */
function signalOf({ params }: Call): SignalName {
  const text = params['signal'] ?? '';
  try {
    return parseSignal(text.startsWith(PYTHON_PREFIX) ? text.slice(PYTHON_PREFIX.length) : text);
  } catch (error) {
    throw error instanceof GafferError ? new GafferError('invalid_operand', error.message, { cause: error }) : error;
  }
}
