import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/daemon/config/address.ts';
import type { Endpoint } from '../../src/daemon/config/endpoints.ts';
import type { TlsSettings } from '../../src/daemon/config/tls-settings.ts';
import { asksForKeys, doubtsAbout, expectSafe, guardOf } from '../../src/daemon/safety.ts';

const TLS = {} as TlsSettings;

function endpoint(address: string, tls?: TlsSettings): Endpoint {
  return { address: parseAddress(address), backlog: 128, tls };
}

const LOCAL = ['127.0.0.1:5000', '[::1]:5000', 'localhost:5000', 'unix:/run/gafferd.sock'];
const OPEN = ['0.0.0.0:5000', ':5000', '192.168.1.2:5000', '[::]:5000', 'node.example:5000'];

describe('a key is asked for', () => {
  it.each(LOCAL)('not at %s, unless that is said', (address) => {
    const endpoints = [endpoint(address)];
    expect([undefined, false, true].map((requireKey) => asksForKeys({ requireKey, endpoints }))).toEqual([false, false, true]);
  });

  it.each(OPEN)('at %s, unless it is said that none is', (address) => {
    const endpoints = [endpoint('127.0.0.1:5001'), endpoint(address)];
    expect([undefined, false, true].map((requireKey) => asksForKeys({ requireKey, endpoints }))).toEqual([true, false, true]);
  });
});

describe('a set-up', () => {
  it.each(OPEN)('with which other machines reach %s and nobody has a key is refused', (address) => {
    const set = { requireKey: undefined, endpoints: [endpoint(address)] };
    expect(() => expectSafe(set, 0)).toThrow(/other machines can reach .*gafferd --create-admin-user.*--no-require-key/);
    expect(() => expectSafe(set, 1)).not.toThrow();
    expect(() => expectSafe({ ...set, requireKey: true }, 0)).not.toThrow();
    expect(() => expectSafe({ ...set, requireKey: false }, 0)).not.toThrow();
  });

  it('that is for this machine alone is taken without a word', () => {
    const set = { requireKey: undefined, endpoints: LOCAL.map((address) => endpoint(address)) };
    expect(() => expectSafe(set, 0)).not.toThrow();
    expect(doubtsAbout(set, 0)).toEqual([]);
  });

  it.each([
    ['everybody may do everything', { requireKey: false, endpoints: [endpoint(':5000')] }, 1, [/whoever reaches .*:5000 can run anything/]],
    ['nobody gets in', { requireKey: true, endpoints: [endpoint('127.0.0.1:5000')] }, 0, [/nobody gets in/]],
    ['keys can be read on the way', { requireKey: undefined, endpoints: [endpoint(':5000')] }, 1, [/read them: serve it with TLS/]],
    ['nothing is wrong', { requireKey: undefined, endpoints: [endpoint(':5000', TLS)] }, 1, []],
    ['nothing is wrong here', { requireKey: true, endpoints: [endpoint('127.0.0.1:5000')] }, 1, []],
  ])('where %s is told of', (_what, set, keys, doubts) => {
    expect(doubtsAbout(set, keys)).toEqual(doubts.map((doubt) => expect.stringMatching(doubt) as string));
  });
});

describe('pages in a browser', () => {
  const rest = { allowedHosts: ['gaffer.example'], allowedOrigins: ['https://ui.example'] };

  it('are let in by name where no key is asked for', () => {
    expect(guardOf({ ...rest, requireKey: false, endpoints: [endpoint('10.0.0.1:5000')] })).toEqual({
      allowedHosts: ['gaffer.example', '10.0.0.1'],
      allowedOrigins: ['https://ui.example'],
    });
  });

  it('may all try where one is: they have none', () => {
    expect(guardOf({ ...rest, requireKey: true, endpoints: [endpoint('127.0.0.1:5000')] })).toEqual({ allowedHosts: '*', allowedOrigins: '*' });
  });
});
