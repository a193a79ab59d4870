import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectExtra } from '../../../src/daemon/accounts/user-extra.ts';
import { failure } from './rig.ts';

/** Lists in lists, so deep. */
function nested(depth: number): Record<string, unknown> {
  return JSON.parse(`{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`) as Record<string, unknown>;
}

describe('further members of a user', () => {
  it('are any JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (extra) => {
        expect(expectExtra(extra)).toBe(extra);
      }),
    );
  });

  it('are 16 KiB at most', () => {
    const room = 16 * 1024 - '{"a":""}'.length;
    expect(expectExtra({ a: 'x'.repeat(room) })).toBeDefined();
    expect(failure(() => expectExtra({ a: 'x'.repeat(room + 1) }))).toEqual({
      code: 'bad_request',
      message: 'expected 16384 bytes at most of further members of a user, got 16385',
    });
    expect(failure(() => expectExtra({ a: 'ü'.repeat(room) })).code).toBe('bad_request');
  });

  it('lie 32 deep at most', () => {
    expect(expectExtra(nested(32))).toBeDefined();
    expect(failure(() => expectExtra(nested(33)))).toEqual({
      code: 'bad_request',
      message: 'expected further members of a user that are nested 32 deep at most, got deeper ones',
    });
    expect(failure(() => expectExtra(nested(100_000))).code).toBe('bad_request');
  });
});
