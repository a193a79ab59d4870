import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Threads would share this process's signals and folder, and the tests of processes need their own.
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    // Else what a command writes to stdout can't be captured.
    disableConsoleIntercept: true,
  },
});
