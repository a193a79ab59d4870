import { describe, expect, it } from 'vitest';
import { Inlet } from '../../../src/api/channels/inlet.ts';
import { FakePeer } from '../../support/fake-peer.ts';

function opened() {
  const peer = new FakePeer();
  const floods: string[] = [];
  return { peer, floods, inlet: new Inlet(peer, () => floods.push('flood')) };
}

describe('what a client asks', () => {
  it.each([
    ['messages', 64, 1],
    ['characters', 4, 256 * 1024],
  ])('is not read on while too many %s wait', (_, count, characters) => {
    const { peer, floods, inlet } = opened();
    const done = Array.from({ length: count }, () => inlet.begin(characters));
    expect(peer.holds).toBe(0);
    const last = inlet.begin(characters);
    expect([peer.holds, floods]).toEqual([1, []]);
    last();
    expect(peer.holds).toBe(0);
    for (const one of done) {
      one();
    }
  });

  it.each([
    ['messages', 10_000, 1],
    ['characters', 16, 1024 * 1024],
  ])('ends when far too many %s wait all the same', (_, count, characters) => {
    const { floods, inlet } = opened();
    for (let message = 0; message < count; message += 1) {
      inlet.begin(characters);
    }
    expect(floods).toEqual([]);
    inlet.begin(characters);
    expect(floods).toEqual(['flood']);
  });
});
