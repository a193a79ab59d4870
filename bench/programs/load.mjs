// node load.mjs '{"place": …, "request": "GET /…", "connections": 8, "seconds": 2}'
//
// Asks over and over through kept connections, and prints how many answers came, and at what CPU time. A request with
// `n=00000000` is another one each time, so that it can't be answered from what was kept.
import { Connection } from '../connection.mjs';

const { place, request, connections, seconds } = JSON.parse(process.argv[2]);
const bytes = Buffer.from(request);
const numberAt = bytes.indexOf('n=00000000') + 2;
let asked = 0;
let answers = 0;
let length = 0;
let until = Number.POSITIVE_INFINITY;

const open = Array.from({ length: connections }, () => new Connection(place));
await Promise.all(open.map((connection) => ask(connection))); // each is there, and has been answered once
answers = 0;
const cpuBefore = process.cpuUsage();
const begun = performance.now();
until = begun + seconds * 1000;
await Promise.all(open.map(askOn));
const ms = performance.now() - begun;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ answers, ms, length, cpuMs: (user + system) / 1000 }));
for (const connection of open) connection.close();

function nextRequest() {
  if (numberAt < 2) return bytes;
  asked += 1;
  const next = Buffer.from(bytes);
  next.write(`${asked}`.padStart(8, '0'), numberAt, 'latin1');
  return next;
}

/** @param {Connection} connection */
async function askOn(connection) {
  while (performance.now() < until) await ask(connection);
}

/** @param {Connection} connection */
async function ask(connection) {
  const answer = await connection.ask(nextRequest());
  if (answer.status !== 200) throw new Error(`answered with ${answer.status}: ${answer.body}`);
  answers += 1;
  length = answer.length;
}
