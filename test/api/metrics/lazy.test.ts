import { createRequire } from 'node:module';
import { expect } from 'vitest';
import { test } from '../../support/test-api.ts';

/** Whether the library that writes metrics is loaded. */
function isLoaded(): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/prom-client/'));
}

test('what writes metrics is loaded when they are asked for, and not before', async ({ api }) => {
  await api.load('web', 'sleep 100');
  await api.ask('GET', '/overview');
  await api.ask('GET', '/openapi.json');
  expect(isLoaded()).toBe(false);
  await api.ask('GET', '/metrics');
  expect(isLoaded()).toBe(true);
});
