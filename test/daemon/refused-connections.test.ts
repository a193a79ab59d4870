import { expect, test } from 'vitest';
import { RefusedConnections } from '../../src/daemon/refused-connections.ts';

test('refused connections are told of once a second, however many come', () => {
  const said: string[] = [];
  let now = 0;
  const refused = new RefusedConnections(
    (message) => said.push(message),
    () => now,
  );
  for (now = 0; now < 2500; now += 10) {
    refused.note('no TLS', '10.0.0.1');
  }
  now = 10_000;
  refused.note('too old', undefined);
  expect(said).toEqual([
    'refused the connection of 10.0.0.1: no TLS',
    'refused the connection of 10.0.0.1: no TLS, and 99 more before',
    'refused the connection of 10.0.0.1: no TLS, and 99 more before',
    'refused the connection of somebody: too old, and 49 more before',
  ]);
});
