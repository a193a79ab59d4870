import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { GafferError } from '../errors.ts';
import { checkJobConfig } from '../job/config.ts';
import type { JsonSchema } from '../job/settings.ts';
import { CONFIG, CONFIG_FOR_PATH } from './schemas.ts';

/** Checks request bodies by their schemas, each of which is prepared when it is needed first. */
export class BodyValidator {
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #checks = new Map<JsonSchema, ValidateFunction>();

  /** @throws GafferError `bad_request`, its message names the member */
  expect(schema: JsonSchema, body: unknown): void {
    const check = this.#checks.get(schema) ?? this.#ajv.compile(schema);
    this.#checks.set(schema, check);
    if (!check(body)) {
      throw new GafferError('bad_request', problemOfJob(schema, body) ?? problemOf(check));
    }
  }
}

/** Of a job the configuration itself says better what is wrong than its schema. */
function problemOfJob(schema: JsonSchema, body: unknown): string | undefined {
  if (schema !== CONFIG && schema !== CONFIG_FOR_PATH) {
    return undefined;
  }
  const standIn = schema === CONFIG_FOR_PATH ? { name: 'name' } : {};
  const problems = checkJobConfig(typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...standIn, ...body } : body);
  const foreign =
    typeof body === 'object' && body !== null && 'custom_channels' in body ? ['custom_channels: no such job setting over the network'] : [];
  const messages = [...problems.map(({ message }) => message), ...foreign];
  return messages.length === 0 ? undefined : messages.join('; ');
}

function problemOf({ errors }: ValidateFunction): string {
  const [error] = errors ?? [];
  const member = (error?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const unknown = error?.keyword === 'additionalProperties' ? `${String(error.params['additionalProperty'])}: no such member` : undefined;
  const missing = error?.keyword === 'required' ? `${String(error.params['missingProperty'])}: expected, but missing` : undefined;
  return unknown ?? missing ?? `${member === '' ? 'the body' : member}: ${error?.message ?? 'is not what was expected'}`;
}
