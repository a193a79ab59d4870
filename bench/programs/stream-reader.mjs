// node stream-reader.mjs '{"place": …, "kind": "topic" | "channel" | "feed", "pid": 3, "bytes": 104857600, "stops": false}'
//
// Reads what a process of gafferd writes. On a line on stdin it has the process begin (it waits for a line on its own stdin);
// prints how long it took until so many bytes were read, and of which bytes. With `stops` it reads nothing at all, until it is killed.
import { once } from 'node:events';
import { connect } from 'node:net';
import { Connection, httpRequest } from '../connection.mjs';
import { FrameClient } from './frames.mjs';

const { place, kind, pid, bytes, stops } = JSON.parse(process.argv[2]);
let read = 0;
/** @type {() => void} */
let reached = () => {};
const wanted = new Promise((resolve) => {
  reached = () => resolve(undefined);
});
/** @param {number} count */
const count = (count) => {
  read += count;
  if (read >= bytes) reached();
};

const socket = await open();
console.log('ready');
await once(process.stdin, 'data');
if (stops) socket.pause();
const starter = new Connection(place);
const begun = performance.now();
await starter.ask(httpRequest('POST', `/streams/${pid}/stdin`, 'go\n'));
await wanted;
console.log(JSON.stringify({ ms: performance.now() - begun, read }));
process.exit(0);

async function open() {
  if (kind === 'feed') {
    const socket = connect({ ...place });
    socket.write(httpRequest('GET', `/streams/${pid}/out?feed=continuous`));
    await once(socket, 'data'); // the head
    socket.on('data', (chunk) => count(chunk.length));
    return socket;
  }
  if (kind === 'channel') {
    const client = new FrameClient(place, `/${pid}/channel?mode=1`, (piece) => count(piece.length)); // a head of 50 bytes in 64 KiB is counted too
    await client.opened;
    return client.socket;
  }
  let text = '';
  const client = new FrameClient(place, '/channel/websocket', (piece, isWhole) => {
    text += piece;
    if (!isWhole) return;
    const message = JSON.parse(text);
    text = '';
    if (message.event === 'gaffer:event') count(Buffer.byteLength(message.data.data));
    else answered();
  });
  let answered = () => {};
  const subscribed = new Promise((resolve) => {
    answered = () => resolve(undefined);
  });
  await client.opened;
  client.send(JSON.stringify({ event: 'SUB', data: { topic: `STREAM:${pid}` } }));
  await subscribed;
  return client.socket;
}
