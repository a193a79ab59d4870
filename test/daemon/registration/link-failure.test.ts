import { describe, expect, it } from 'vitest';
import { reasonOfClose, reasonOfError, reasonOfStatus } from '../../../src/daemon/registration/link-failure.ts';
import { webSocketAddress } from '../../../src/daemon/registration/web-socket-link.ts';

describe('why there is no connection', () => {
  it.each([
    [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), 'nobody listens there'],
    [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'there is no host of that name'],
    [Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }), "that machine can't be reached"],
    [Object.assign(new Error(''), { code: 'EODD' }), 'EODD'],
    [new Error('odd\u001b[2J'), String.raw`"odd\u001b[2J"`],
  ])('case %#', (error, reason) => {
    expect(reasonOfError(error)).toBe(reason);
  });

  it.each([
    [401, '{"error":"unauthorized","message":"no key"}', 'it asks for a key; name a file with it with key_file in [lookup] ("no key")'],
    [403, '', 'it does not let this node in'],
    [403, '{"errno":403,"reason":"not this host"}', 'it does not let this node in ("not this host")'],
    [404, 'Not found', 'it is no lookupd: it has no /ws'],
    [200, '<html>', 'it has answered 200 instead of opening a WebSocket'],
    [503, 'null', 'it has answered 503 instead of opening a WebSocket'],
  ])('answered %i %s: %s', (status, body, reason) => {
    expect(reasonOfStatus(status, body)).toBe(reason);
  });

  it.each([
    [1006, '', 'the connection was cut'],
    [1001, '', 'it has closed the connection'],
    [1008, 'the node has connected anew', 'it has closed the connection with 1008 ("the node has connected anew")'],
  ])('closed with %i "%s": %s', (code, text, reason) => {
    expect(reasonOfClose(code, text)).toBe(reason);
  });
});

describe('the address of a WebSocket', () => {
  it.each([
    ['http://lookup:5010', 'ws://lookup:5010/ws', undefined],
    ['http://lookup:5010/', 'ws://lookup:5010/ws', undefined],
    ['HTTPS://Lookup/behind/a/proxy/?x=1#y', 'wss://lookup/behind/a/proxy/ws', undefined],
    ['http://me:pass@[::1]:5010', 'ws://me:pass@[::1]:5010/ws', undefined],
    ['unix:/run/lookupd.sock', 'ws://localhost/ws', '/run/lookupd.sock'],
    ['unix:///run/lookupd.sock', 'ws://localhost/ws', '/run/lookupd.sock'],
  ])('of %s is %s', (address, url, path) => {
    expect(webSocketAddress(address)).toEqual({ url, path });
  });
});
