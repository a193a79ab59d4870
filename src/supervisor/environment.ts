/** An environment that stands in several objects, in one. */
export function flatEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in env) {
    Object.defineProperty(flat, name, { value: env[name], enumerable: true, writable: true, configurable: true });
  }
  return flat;
}

/** A copy of an environment without prototype, so that others can stand in front of it. */
export function plainEnvironment(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(set));
}
