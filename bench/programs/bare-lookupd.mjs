// node bare-lookupd.mjs BODY
//
// The least that a lookupd can do: a WebSocket server that reads each message and answers that it is well, and keeps nothing; a request is
// answered with BODY. Prints its port.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [, , body] = process.argv;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(JSON.stringify({ ok: true, msgid: JSON.parse(`${data}`).msgid })));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () =>
  console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port),
);
