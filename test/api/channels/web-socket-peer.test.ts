import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Message } from '../../../src/api/channels/peer.ts';
import { WebSocketPeer } from '../../../src/api/channels/web-socket-peer.ts';

/** A connection that keeps what is written to it, one item for each write. */
class KeptConnection extends Duplex {
  readonly writes: string[] = [];

  override _read(): void {
    // nothing comes
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writes.push(chunk.toString());
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString());
    done();
  }
}

/** A WebSocket as far as its peer knows it: what is sent is written to the connection as it is. */
function peerOf(connection: Duplex): WebSocketPeer {
  const webSocket = Object.assign(Object.create(WebSocket.prototype) as WebSocket, { send: (bytes: Buffer) => connection.write(bytes) });
  Object.defineProperty(webSocket, 'readyState', { value: WebSocket.OPEN });
  return new WebSocketPeer({ webSocket, connection });
}

test('what it says by itself is told from an answer to being asked', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(1);
  onTestFinished(() => now.mockRestore());
  const webSocket = Object.create(WebSocket.prototype) as WebSocket;
  const peer = new WebSocketPeer({ webSocket, connection: new KeptConnection() });
  const times = ['pong', 'message', 'pong', 'ping'].map((event, index) => {
    now.mockReturnValue(index + 2);
    webSocket.emit(event, Buffer.alloc(0));
    return [peer.shownMs, peer.spokeMs];
  });
  expect(times).toEqual([
    [2, 0],
    [3, 3],
    [4, 3],
    [5, 5],
  ]);
});

test('what is sent after it was told to gather leaves in one write, in its order, when the turn is over', async () => {
  const connection = new KeptConnection();
  const peer = peerOf(connection);
  for (const text of ['a', 'b', 'c']) {
    peer.gather();
    peer.send(new Message(text));
  }
  expect(connection.writes).toEqual([]);
  await turn();
  expect(connection.writes).toEqual(['abc']);
  peer.send(new Message('d'));
  peer.send(new Message('e'));
  expect(connection.writes).toEqual(['abc', 'd', 'e']);
});

test('gathering for a connection that is gone meanwhile does nothing', async () => {
  const connection = new KeptConnection();
  const peer = peerOf(connection);
  peer.gather();
  peer.send(new Message('a'));
  connection.destroy();
  await turn();
  peer.gather();
  await turn();
  expect(connection.writes).toEqual([]);
});
