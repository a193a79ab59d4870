import { afterEach, expect } from 'vitest';

let warnings: Error[] = [];

process.on('warning', (warning) => warnings.push(warning));

/** The warnings that Node has printed in this test so far; they are expected from now on. */
export async function takeWarnings(): Promise<readonly Error[]> {
  await new Promise((resolve) => setImmediate(resolve));
  const taken = warnings;
  warnings = [];
  return taken;
}

/** A test in which Node warns of something has failed. */
afterEach(async () => {
  expect(await takeWarnings()).toEqual([]);
});
