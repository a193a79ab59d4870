import { defineConfig } from 'vitest/config';

/** Tests that run the built programs. */
const PROGRAMS = ['test/{bin,cli,docs,e2e,local,daemon/gafferd}/**/*.test.ts'];

export default defineConfig({
  test: {
    // Threads would share this process's signals and folder, and the tests of processes need their own.
    pool: 'forks',
    // One more than the two cores that are meant: most tests wait for processes part of their time.
    maxWorkers: 3,
    passWithNoTests: false,
    setupFiles: ['test/support/warnings.ts'],
    // A busy machine takes its time.
    expect: { poll: { timeout: 10_000 } },
    // Else what a command writes to stdout can't be captured.
    disableConsoleIntercept: true,
    projects: [
      { extends: true, test: { name: 'units', include: ['test/**/*.test.ts'], exclude: PROGRAMS } },
      { extends: true, test: { name: 'programs', include: PROGRAMS, globalSetup: 'test/support/build.ts', testTimeout: 30_000 } },
    ],
  },
});
