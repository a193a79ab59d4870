import { afterAll, afterEach, expect } from 'vitest';

let warnings: Error[] = [];

function keep(warning: Error): void {
  warnings.push(warning);
}

process.on('warning', keep);
// the next file of tests may be run by the same process
afterAll(() => process.off('warning', keep));

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
