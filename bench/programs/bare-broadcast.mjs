// node bare-broadcast.mjs TEXT
//
// The least that a broadcast can do: a POST sends TEXT to every WebSocket. Prints its port.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [, , text] = process.argv;
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer((_request, response) => {
  for (const socket of sockets.clients) socket.send(text);
  response.end('{"ok":true}');
});
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client)));
server.listen(0, '127.0.0.1', () => console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
