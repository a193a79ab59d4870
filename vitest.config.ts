import { defineConfig } from 'vitest/config';

/** Tests of rooms that only compute, or read and write a little: one process runs many of these files, and loads what they import once. */
const PURE = ['test/{access,certificates,ini,job,output,procfile,protocol,daemon/config,doctor/checks}/**/*.test.ts', 'test/*.test.ts'];

/** Those of the API share processes as well: what it is made of takes half a second to load and to warm up. */
const API = ['test/api/**/*.test.ts'];

/** But not those that look at what the process itself has loaded and takes, or that start so many processes that the size of their parent counts. */
const ALONE = [
  'test/api/{metrics,plugins}/**/*.test.ts',
  'test/api/{old/stats,job-operations,process-operations,security/logins,channels/{browser,floods,process-channel}}.test.ts',
];

/** Tests that run the built programs. */
const PROGRAMS = ['test/{bin,cli,docs,e2e,keeper,local,daemon/gafferd}/**/*.test.ts'];

/** It keeps every core busy for more than a minute: everybody else would be late. */
const BUSY = ['test/daemon/gafferd/adopted.test.ts'];

export default defineConfig({
  test: {
    // Threads would share this process's signals and folder, and the tests of processes need their own.
    pool: 'forks',
    // One more than the two cores that are meant: most tests wait for processes part of their time.
    maxWorkers: 3,
    passWithNoTests: false,
    setupFiles: ['test/support/warnings.ts'],
    // A busy machine takes its time.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    // Else what a command writes to stdout can't be captured.
    disableConsoleIntercept: true,
    // They begin in the order of their names: what waits longest first, and what fills gaps last.
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      { extends: true, test: { name: 'programs', include: PROGRAMS, exclude: BUSY, globalSetup: 'test/support/build.ts' } },
      { extends: true, test: { name: 'shared', include: [...PURE, ...API], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'units', include: ['test/**/*.test.ts'], exclude: [...PURE, ...API, ...PROGRAMS] } },
      // when all others are through
      { extends: true, test: { name: 'busy', include: BUSY, globalSetup: 'test/support/build.ts', sequence: { groupOrder: 1 } } },
    ],
  },
});
