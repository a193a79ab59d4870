import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatEventPosition, parseEventPosition } from '../../src/protocol/event-position.ts';

it('a position is read as it was written', () => {
  const position = fc.record({ seq: fc.nat(), run: fc.option(fc.stringMatching(/^[0-9a-f]{8}$/), { nil: undefined }) });
  fc.assert(
    fc.property(position, (one) => {
      expect(parseEventPosition(formatEventPosition(one))).toEqual(one);
    }),
  );
});

it.each([[42], ['42']])('%j is one without a run', (value) => {
  expect(parseEventPosition(value)).toEqual({ seq: 42, run: undefined });
});

it.each([[''], ['x'], ['-1'], [-1], [1.5], ['1@'], ['1@xyz'], ['1@5f '], [' 1'], ['1e3'], [null], [{}], [[1]], [true], ['9'.repeat(16)]])(
  '%j is none',
  (value) => {
    expect(() => parseEventPosition(value)).toThrow(/^since: expected the number of an event like 42, or 42@RUN, got /);
  },
);
