import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyScale, parseScaleOperand } from '../../src/job/scale.ts';

describe('a scale operand', () => {
  it.each([
    [2, 3, 5],
    [0, 3, 3],
    [-2, 3, 1],
    ['2', 3, 5],
    ['+2', 3, 5],
    ['-1', 3, 2],
    ['-5', 3, 0],
    ['=0', 3, 0],
    ['=7', 3, 7],
  ])('%j on %i wants %i', (operand, target, wanted) => {
    expect(applyScale(target, parseScaleOperand(operand))).toBe(wanted);
  });

  it.each(['', '+', 'two', '1.5', '2 ', '=-1', '++1', 1.5, Number.NaN, null, undefined, true, [1], {}, '9999999'])('%j is refused', (operand) => {
    expect(() => parseScaleOperand(operand)).toThrow(/expected a number of processes/);
  });

  it('never wants less than nothing, nor more than 10 000', () => {
    const operand = fc.oneof(
      fc.integer(),
      fc.integer({ min: -999_999, max: 999_999 }).map(String),
      fc.nat(999_999).map((n) => `=${n}`),
    );
    fc.assert(
      fc.property(fc.nat(10_000), operand, (target, value) => {
        const { op, n } = parseScaleOperand(value);
        const wanted = op === '=' ? n : op === '+' ? target + n : Math.max(0, target - n);
        if (wanted <= 10_000) {
          expect(applyScale(target, { op, n })).toBe(wanted);
        } else {
          expect(() => applyScale(target, { op, n })).toThrow(`expected at most 10000 processes of a job, that would be ${wanted}`);
        }
      }),
    );
  });
});
