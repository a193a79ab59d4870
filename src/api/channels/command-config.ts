import { GafferError } from '../../errors.ts';
import type { JobConfig } from '../../job/config.ts';
import type { JsonBody } from '../operation.ts';
import { type CommandCall, optional } from './command-args.ts';

/** The job's configuration that a client gives, with what it says beside it. @throws GafferError `config_missing`, `invalid_config` */
export function configOf(call: CommandCall, body: JsonBody): JobConfig {
  const config = givenConfig(call);
  call.bodies.expect(body, config);
  if (typeof config['name'] !== 'string') {
    throw new GafferError('invalid_config', `${call.name}: expected the job's name as "name" in its configuration`);
  }
  return config as unknown as JobConfig;
}

function givenConfig(call: CommandCall): Readonly<Record<string, unknown>> {
  const config = optional(call, [0, 'config']);
  if (!isObject(config)) {
    throw new GafferError('config_missing', `${call.name}: expected a job's configuration as argument 1 or as "config"`);
  }
  const { start, env } = call.kwargs;
  return {
    ...config,
    ...(start !== undefined && start !== null && { start }),
    ...(env !== undefined && env !== null && { env: mergedEnv(config['env'], env) }),
  };
}

/** What comes beside a configuration is put over what is in it; what is no environment stays as it is, to be found. */
function mergedEnv(own: unknown, beside: unknown): unknown {
  if (!isObject(beside)) {
    return beside;
  }
  return own === undefined || own === null || isObject(own) ? { ...own, ...beside } : own;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
