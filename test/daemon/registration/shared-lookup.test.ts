import { describe, expect, it } from 'vitest';
import { type Lookup, sharedLookup } from '../../../src/daemon/registration/shared-lookup.ts';

/** Names that are asked for, and who waits for the answers. */
class Names {
  readonly asked: string[] = [];
  readonly #callbacks: Parameters<Lookup>[2][] = [];

  readonly ask: Lookup = (hostname, _, callback) => {
    this.asked.push(hostname);
    this.#callbacks.push(callback);
  };

  answer(...answer: Parameters<Parameters<Lookup>[2]>): void {
    this.#callbacks.shift()?.(...answer);
  }
}

describe('the lookup of names', () => {
  it('asks once, whoever waits for the answer', () => {
    const names = new Names();
    const lookup = sharedLookup(names.ask);
    const told: unknown[] = [];
    for (const who of [1, 2, 3]) {
      lookup('a', { all: true }, (error, address, family) => told.push([who, error, address, family]));
    }
    expect(names.asked).toEqual(['a']);
    names.answer(null, '10.0.0.1', 4);
    expect(told).toEqual([1, 2, 3].map((who) => [who, null, '10.0.0.1', 4]));
  });

  it('asks for other names, and for the same name in another way', () => {
    const names = new Names();
    const lookup = sharedLookup(names.ask);
    lookup('a', { all: true }, () => undefined);
    lookup('b', { all: true }, () => undefined);
    lookup('a', { family: 4 }, () => undefined);
    expect(names.asked).toEqual(['a', 'b', 'a']);
  });

  it('asks anew when there was an answer, also none', () => {
    const names = new Names();
    const lookup = sharedLookup(names.ask);
    const told: unknown[] = [];
    const failed = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    lookup('a', {}, (error) => told.push(error));
    names.answer(failed, '');
    lookup('a', {}, (error, address) => told.push(error ?? address));
    names.answer(null, '10.0.0.1', 4);
    expect([names.asked, told]).toEqual([
      ['a', 'a'],
      [failed, '10.0.0.1'],
    ]);
  });

  it('is that of the system', async () => {
    expect(await new Promise((resolve) => sharedLookup()('localhost', { family: 4 }, (_, address) => resolve(address)))).toBe('127.0.0.1');
  });
});
