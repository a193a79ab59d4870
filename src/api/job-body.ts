import type { ErrorCode } from '../errors.ts';
import { GafferError, messageOf } from '../errors.ts';
import { checkJobConfig, type JobConfig } from '../job/config.ts';
import type { CommitOptions } from '../job/node.ts';
import { parseScaleOperand } from '../job/scale.ts';
import { type JsonSchema, SETTINGS } from '../job/settings.ts';
import { parseSignal } from '../job/signal.ts';
import type { JsonBody } from './operation.ts';
import { CONFIG, CONFIG_FOR_PATH, EXAMPLE_CONFIG, INTEGER, object, TEXT } from './schemas.ts';

/** Longer ones would not fit into the first line of a request. */
const LONGEST_NAME = 1024;

/** As many processes as a configuration may ask for. */
const MOST_PROCESSES = 10_000;

/** A job to be loaded. */
export const LOAD_BODY: JsonBody = {
  kind: 'json',
  schema: CONFIG,
  example: EXAMPLE_CONFIG,
  code: 'invalid_config',
  problems: loadProblems,
};

/** A job's new configuration; the path has its name already. */
export const UPDATE_BODY: JsonBody = {
  kind: 'json',
  schema: CONFIG_FOR_PATH,
  example: EXAMPLE_CONFIG,
  code: 'invalid_config',
  problems: (body) => configProblems(isObject(body) ? { name: 'name', ...body } : body),
};

/** What a commit changes. */
export const COMMIT_BODY: JsonBody = {
  kind: 'json',
  schema: object({ graceful_timeout: SETTINGS.graceful_timeout.schema, env: SETTINGS.env.schema }, ['graceful_timeout', 'env']),
  example: { graceful_timeout: 5, env: { ONCE: '1' } },
  problems: (body) => {
    const { graceful_timeout, env } = isObject(body) ? body : {};
    return configProblems({ name: 'name', cmd: 'cmd', graceful_timeout, env });
  },
};

/** Another number of processes. */
export const SCALE_BODY: JsonBody = {
  kind: 'json',
  schema: object({ scale: { anyOf: [INTEGER, TEXT] } }),
  example: { scale: '=3' },
};

/** A number or name of a signal. @param code which failure it is when there is no such signal */
export function signalBody(code: ErrorCode): JsonBody {
  const schema: JsonSchema = object({ signal: { anyOf: [INTEGER, TEXT] } });
  return {
    kind: 'json',
    schema,
    example: { signal: 'HUP' },
    code,
    problems: (body) => (isObject(body) && 'signal' in body ? problemOf(() => parseSignal(body['signal'])) : []),
  };
}

/** Reads a body's operand. @throws GafferError `invalid_operand` */
export function operandOf(body: unknown): ReturnType<typeof parseScaleOperand> {
  const operand = parseScaleOperand((body as { scale: unknown }).scale);
  if (operand.n > MOST_PROCESSES) {
    throw new GafferError('invalid_operand', `expected at most ${MOST_PROCESSES} processes, got ${operand.n}`);
  }
  return operand;
}

/** Reads what a commit changes. */
export function commitOptionsOf(body: unknown): CommitOptions {
  const { graceful_timeout: seconds, env } = body as { graceful_timeout?: number | null; env?: Record<string, string> | null };
  return {
    ...(typeof seconds === 'number' && seconds > 0 && { gracefulTimeoutMs: seconds * 1000 }),
    ...(typeof env === 'object' && env !== null && { env }),
  };
}

/** The job that a body describes. @throws GafferError `invalid_config` when the body has another name than the path */
export function configOf(body: unknown, name: string): JobConfig {
  const config = { name, ...(body as Omit<JobConfig, 'name'> & { name?: string }) };
  if (config.name !== name) {
    throw new GafferError('invalid_config', 'template name conflict with the path');
  }
  return config;
}

/** What is wrong with a job that is to be loaded. */
export function loadProblems(body: unknown): readonly string[] {
  return isObject(body) ? [...configProblems(body), ...nameProblems(body['name'])] : configProblems(body);
}

function configProblems(body: unknown): readonly string[] {
  const foreign = isObject(body) && 'custom_channels' in body ? ['custom_channels: no such job setting over the network'] : [];
  return [...checkJobConfig(body).map(({ message }) => message), ...foreign];
}

/** A job has to be found again by a path, also by clients that do not encode it. */
function nameProblems(name: unknown): readonly string[] {
  if (typeof name !== 'string') {
    return [];
  }
  const isSendable = Buffer.from(name).toString() === name;
  if (name.includes('/') || name === '.' || name === '..' || !isSendable || name.length > LONGEST_NAME) {
    const shown = name.length > 60 ? `one of ${name.length} characters` : JSON.stringify(name);
    return [`name: expected one that fits into a path (no "/", not "." or "..", at most ${LONGEST_NAME} characters), got ${shown}`];
  }
  return [];
}

function problemOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [`signal: ${messageOf(error)}`];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
