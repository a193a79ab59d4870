import { describe, expect, it } from 'vitest';
import { expectReachable } from '../../../src/cli/nodes/reachable.ts';

describe('a node that a lookupd names', () => {
  it.for([
    ['http://10.0.0.1:5000', ['http://10.0.0.9:5010']],
    ['http://web1.example:5000', ['http://127.0.0.1:5010']],
    ['http://127.0.0.1:5000', ['http://localhost:5010']],
    ['http://[::1]:5000', ['unix:///run/lookupd.sock']],
    ['unix:///run/gaffer.sock', ['http://10.0.0.9:5010', 'http://127.0.0.1:5010']],
  ] as const)('may be at %s where lookupd servers are at %j', ([origin, lookups]) => {
    expect(() => expectReachable(origin, lookups)).not.toThrow();
  });

  it.for(['http://127.0.0.1:5000', 'http://127.1.2.3:5000', 'https://localhost:5000', 'http://[::1]:5000', 'unix:///run/gaffer.sock'])(
    'is not at %s where all of them are elsewhere',
    (origin) => {
      expect(() => expectReachable(origin, ['http://10.0.0.9:5010', 'https://lookup.example:5010'])).toThrow(
        `it says that it is at ${origin}, which only its own machine can reach`,
      );
    },
  );
});
