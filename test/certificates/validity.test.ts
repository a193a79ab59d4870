import { expect, test } from 'vitest';
import { judgeValidity, validityTrouble } from '../../src/certificates/validity.ts';

const texts = { validFrom: 'Jan  1 00:00:00 2026 GMT', validTo: 'Mar  1 00:00:00 2026 GMT' };

test.each([
  ['2025-12-31T23:59:59Z', 'not-yet', 'does not hold before 2026-01-01'],
  ['2026-01-01T00:00:00Z', 'holds', undefined],
  ['2026-01-30T00:00:00Z', 'holds', undefined],
  ['2026-01-30T00:00:01Z', 'ends-soon', 'expires on 2026-03-01, in 29 days'],
  ['2026-02-27T12:00:00Z', 'ends-soon', 'expires on 2026-03-01, in 1 day'],
  ['2026-02-28T12:00:00Z', 'ends-soon', 'expires on 2026-03-01, within a day'],
  ['2026-03-01T00:00:00Z', 'ends-soon', 'expires on 2026-03-01, within a day'],
  ['2026-03-01T00:00:01Z', 'expired', 'has expired on 2026-03-01'],
  ['2030-01-01T00:00:00Z', 'expired', 'has expired on 2026-03-01'],
])('a certificate for January and February at %s: %s', (now, kind, trouble) => {
  const validity = judgeValidity(texts, new Date(now).getTime());
  expect([validity.kind, validityTrouble(validity)]).toEqual([kind, trouble]);
});
