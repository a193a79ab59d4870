import type { WebSocket } from 'ws';
import type { Caller } from '../access/caller.ts';
import { ControlChannel, type ControlContext } from './control-channel.ts';
import { CLOSE } from './peer.ts';
import { readMessages } from './sockjs-frames.ts';
import type { WebSocketPeer } from './web-socket-peer.ts';

/** A WebSocket, and who has shown a key with the request for it. */
interface OpenSocket {
  readonly webSocket: WebSocket;
  readonly peer: WebSocketPeer;
  readonly caller: Caller | undefined;
}

/** Opens a control channel over a WebSocket. */
export function openControlSocket(context: ControlContext, { webSocket, peer, caller }: OpenSocket): void {
  const channel = new ControlChannel(context, peer, caller);
  webSocket.on('message', (data: Buffer) => {
    const messages = peer.framing === 'none' ? [data.toString()] : readMessages(data.toString());
    if (messages === undefined) {
      peer.close(CLOSE.brokenFrames, 'Broken framing.');
    }
    for (const message of messages ?? []) {
      channel.receive(message);
    }
  });
  webSocket.once('close', () => channel.close());
}
