import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { GafferError } from '../errors.ts';
import type { JsonSchema } from '../job/settings.ts';
import type { JsonBody } from './operation.ts';

/** Problems that are told at once. */
const MOST_TOLD = 10;

/** Checks request bodies by their schemas, each of which is prepared when it is needed first. */
export class BodyValidator {
  readonly #ajv = new Ajv2020({ strict: false, strictNumbers: true, allErrors: true });
  readonly #checks = new Map<JsonSchema, ValidateFunction>();

  /** @throws GafferError its message names every member that is wrong */
  expect({ schema, problems, code = 'bad_request' }: JsonBody, body: unknown): void {
    const own = problems?.(body) ?? [];
    const found = own.length > 0 ? own : this.#problems(schema, body);
    if (found.length > 0) {
      const more = found.length > MOST_TOLD ? [`and ${found.length - MOST_TOLD} more`] : [];
      throw new GafferError(code, [...found.slice(0, MOST_TOLD), ...more].join('; '));
    }
  }

  #problems(schema: JsonSchema, body: unknown): readonly string[] {
    const check = this.#checks.get(schema) ?? this.#ajv.compile(schema);
    this.#checks.set(schema, check);
    return check(body) ? [] : problemsOf(check.errors ?? []);
  }
}

function problemsOf(errors: readonly ErrorObject[]): readonly string[] {
  const types = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { keyword, instancePath, params, message = '' } of errors) {
    const member = instancePath.slice(1).replaceAll('/', '.');
    const inside = (name: unknown): string => (member === '' ? String(name) : `${member}.${String(name)}`);
    if (keyword === 'type') {
      types.set(member, [...(types.get(member) ?? []), String(params['type'])]);
    } else if (keyword === 'additionalProperties') {
      problems.push(`${inside(params['additionalProperty'])}: no such member`);
    } else if (keyword === 'required') {
      problems.push(`${inside(params['missingProperty'])}: expected, but missing`);
    } else if (keyword !== 'anyOf') {
      problems.push(`${member === '' ? 'the body' : member}: ${message}`);
    }
  }
  const wrongTypes = [...types].map(([member, names]) => `${member === '' ? 'the body' : member}: expected ${names.join(' or ')}`);
  return [...wrongTypes, ...problems];
}
