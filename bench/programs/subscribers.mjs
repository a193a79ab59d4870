// node subscribers.mjs '{"place": …, "path": "/channel/websocket", "count": 1000, "subscribe": "…", "trigger": "POST …", "events": 100}'
//
// So many WebSocket subscribers. On a line on stdin it has something happen, again and again, each time when all have been told
// of the one before; prints how long each took until the last of them had it, and what they were told.
import { once } from 'node:events';
import { Connection } from '../connection.mjs';
import { FrameClient } from './frames.mjs';

const { place, path, count, subscribe, trigger, events } = JSON.parse(process.argv[2]);
const request = Buffer.from(trigger);

let told = 0;
let text = '';
/** @type {() => void} */
let all = () => {};
const clients = Array.from({ length: count }, (_, index) => {
  const client = new FrameClient(place, path, (body, isWhole) => {
    if (index === 0) text += body;
    if (!isWhole) return;
    told += 1;
    if (told === count) all();
  });
  return client;
});
await Promise.all(clients.map(({ opened }) => opened));
if (subscribe !== '') {
  const answered = everybody();
  for (const client of clients) client.send(subscribe);
  await answered;
}
const connection = new Connection(place);
console.log('ready');
await once(process.stdin, 'data');

const before = clients.map(({ messages }) => messages);
const ms = [];
for (let event = 0; event < events; event++) {
  text = '';
  const begun = performance.now();
  const answered = everybody();
  const [{ status }] = await Promise.all([connection.ask(request), answered]);
  if (status >= 300) throw new Error(`answered with ${status}`);
  ms.push(performance.now() - begun);
}
const lost = clients.filter((client, index) => client.messages - before[index] !== events).length;
console.log(JSON.stringify({ ms, lost, text }));
await once(process.stdin, 'data');
process.exit(0);

/** Resolves when each of them has one message more. */
function everybody() {
  told = 0;
  return new Promise((resolve) => {
    all = () => resolve(undefined);
  });
}
