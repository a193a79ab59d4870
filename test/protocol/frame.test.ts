import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, type FrameType } from '../../src/protocol/frame.ts';

describe('a frame', () => {
  it('is read as it was written, whatever its body', () => {
    const type = fc.constantFrom<FrameType>('message', 'response', 'error');
    const id = fc.stringMatching(/^[!-~]{1,40}$/);
    fc.assert(
      fc.property(type, id, fc.uint8Array({ maxLength: 2000 }), (givenType, givenId, body) => {
        const frame = decodeFrame(encodeFrame({ type: givenType, id: givenId, body }));
        expect(frame && { ...frame, body: Uint8Array.from(frame.body) }).toEqual({ type: givenType, id: givenId, body });
      }),
    );
  });

  it("has the original's form", () => {
    expect(encodeFrame({ type: 'message', id: 'a1', body: Buffer.from('hi\n') }).toString('latin1')).toBe('V1 message a1\0hi\n');
  });

  it.each([
    [''],
    ['V1 message a1'],
    ['V2 message a1\0x'],
    ['V1 shout a1\0x'],
    ['V1 message\0x'],
    ['V1 message \0x'],
    ['V1 message a b\0x'],
    ['\0'],
    [`V1 message ${'x'.repeat(2000)}\0`],
  ])('%j is none', (text) => {
    expect(decodeFrame(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it('is read from any bytes without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        decodeFrame(Buffer.from(bytes));
      }),
    );
  });
});
