import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { GafferError } from '../errors.ts';
import type { JsonSchema } from '../job/settings.ts';
import type { JsonBody } from './operation.ts';

/** Problems that are told at once. */
const MOST_TOLD = 10;

/** Checks request bodies by their schemas, each of which is prepared when it is needed first. */
export class BodyValidator {
  readonly #validators = new Map<JsonSchema, Validator>();

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
    const validator = this.#validators.get(schema) ?? new Validator(schema, '2020-12', false);
    this.#validators.set(schema, validator);
    const { valid, errors } = validator.validate(body);
    return valid ? [] : problemsOf(errors);
  }
}

/** Keywords whose own words say nothing that those of the keywords inside do not. */
const OUTER: readonly string[] = ['properties', 'items', 'anyOf', 'false'];

function problemsOf(errors: readonly OutputUnit[]): readonly string[] {
  const types = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { keyword, instanceLocation, error } of errors.filter((unit) => !OUTER.includes(unit.keyword))) {
    const member = instanceLocation.slice(2).replaceAll('/', '.');
    const inside = (name: string): string => (member === '' ? name : `${member}.${name}`);
    const [, quoted = ''] = /"([^"]*)"\.?(?: does not match|$)/.exec(error) ?? [];
    switch (keyword) {
      case 'type':
        types.set(member, [...(types.get(member) ?? []), /Expected "([^"]*)"/.exec(error)?.[1] ?? '']);
        break;
      case 'additionalProperties':
        problems.push(`${inside(quoted)}: no such member`);
        break;
      case 'required':
        problems.push(`${inside(quoted)}: expected, but missing`);
        break;
      default:
        problems.push(`${member === '' ? 'the body' : member}: ${error}`);
    }
  }
  const wrongTypes = [...types].map(([member, names]) => `${member === '' ? 'the body' : member}: expected ${names.join(' or ')}`);
  return [...wrongTypes, ...problems];
}
