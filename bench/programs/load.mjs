// node load.mjs '{"place": …, "request": "GET /…", "connections": 8, "seconds": 2}'
//
// Asks the same thing over and over through kept connections, and prints how many answers came, and at what CPU time.
import { Connection } from '../connection.mjs';

const { place, request, connections, seconds } = JSON.parse(process.argv[2]);
const bytes = Buffer.from(request);
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

/** @param {Connection} connection */
async function askOn(connection) {
  while (performance.now() < until) await ask(connection);
}

/** @param {Connection} connection */
async function ask(connection) {
  const answer = await connection.ask(bytes);
  if (answer.status !== 200) throw new Error(`answered with ${answer.status}: ${answer.body}`);
  answers += 1;
  length = answer.length;
}
