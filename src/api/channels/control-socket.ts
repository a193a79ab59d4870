import type { WebSocket } from 'ws';
import { ControlChannel, type ControlContext } from './control-channel.ts';
import { CLOSE } from './peer.ts';
import { readMessages } from './sockjs-frames.ts';
import type { WebSocketPeer } from './web-socket-peer.ts';

/** Opens a control channel over a WebSocket. */
export function openControlSocket(context: ControlContext, webSocket: WebSocket, peer: WebSocketPeer): void {
  const channel = new ControlChannel(context, peer);
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
