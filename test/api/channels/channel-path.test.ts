import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChannelPath } from '../../../src/api/channels/channel-path.ts';
import { sockJsPlace } from '../../../src/api/channels/sockjs-path.ts';

describe('the path of a WebSocket', () => {
  it.each([
    ['/channel/websocket', { kind: 'control' }],
    ['/channel/websocket/', { kind: 'control' }],
    ['/channel/websocket?x=1', { kind: 'control' }],
    ['/channel/000/abc/websocket', { kind: 'sockjs' }],
    ['/channel/000/abc/websocket?t=1', { kind: 'sockjs' }],
    ['/7/channel', { kind: 'process', pipes: { pid: 7, stream: undefined, reads: true, writes: true } }],
    ['/7/channel?mode=1', { kind: 'process', pipes: { pid: 7, stream: undefined, reads: true, writes: false } }],
    ['/7/channel?a=b?&mode=2', { kind: 'process', pipes: { pid: 7, stream: undefined, reads: false, writes: true } }],
    ['/7/channel/my%20log', { kind: 'process', pipes: { pid: 7, stream: 'my log', reads: true, writes: true } }],
    ['/7/channel/a/b?mode=3', { kind: 'process', pipes: { pid: 7, stream: 'a/b', reads: true, writes: true } }],
    ['/wstreams/7', { kind: 'plain', pipes: { pid: 7, stream: undefined, reads: true, writes: true } }],
    ['/wstreams/web', { kind: 'plain', pipes: undefined }],
    ['/wstreams/', undefined],
    ['/channel', undefined],
    ['/channel/a/websocket', undefined],
    ['/channel/a/b/c/websocket', undefined],
    ['/channel/a.b/c/websocket', undefined],
    ['//x/channel/websocket', undefined],
    ['/a/../channel/websocket', undefined],
    ['/7/channel/', undefined],
    ['/1234567890123456/channel', undefined],
    ['', undefined],
    ['*', undefined],
  ])('%s is %j', (url, path) => {
    expect(parseChannelPath(url)).toEqual(path);
  });

  it.each([['/7/channel/%'], ['/7/channel/%ff'], ['/7/channel?mode=x']])('%s can not be read', (url) => {
    expect(() => parseChannelPath(url)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

describe('a path below /channel', () => {
  it.each([
    ['/channel', ['GET', 'HEAD'], undefined],
    ['/channel/?x', ['GET', 'HEAD'], undefined],
    ['/channel/info', ['GET', 'HEAD', 'OPTIONS'], undefined],
    ['/channel/iframe-a1.2_3.html', ['GET', 'HEAD'], undefined],
    ['/channel/websocket', [], undefined],
    ['/channel/000/a_b/xhr', ['POST', 'OPTIONS'], 'a_b'],
    ['/channel/000/%zz/xhr_send/', ['POST', 'OPTIONS'], '%zz'],
    ['/channel/000/s/eventsource?t=1', ['GET'], 's'],
    ['/channel/000/s/websocket', [], 's'],
  ])('%s is served to %j', (url, methods, session) => {
    expect(sockJsPlace(url, '/channel')).toEqual({ methods, session });
  });

  it('is never one that SockJS would read differently', () => {
    const path = fc.string({
      unit: fc.constantFrom('a', '/', '\\', '.', '%', '2', 'f', '#', '?', ' ', "'", '@', ':', 'é', '\t', '_', 'x', 'h', 'r'),
    });
    fc.assert(
      fc.property(path, (rest) => {
        const url = `/channel/${rest}`;
        const place = sockJsPlace(url, '/channel');
        const written = url.split('?')[0] ?? '';
        expect(place === undefined || new URL(written, 'http://node').pathname === written).toBe(true);
      }),
    );
  });

  it('names no session of what every object has', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(sockJsPlace(`/channel/000/${name}/xhr`, '/channel')).toBeUndefined();
    }
  });
});
