// node asker.mjs '{"place": …, "paths": ["/findJob?name=…"], "rate": 200, "seconds": 5}'
//
// Asks so many times a second, whether answers are slow or not, and prints how long they took from when they were due.
import { Connection, httpRequest } from '../connection.mjs';
import { percentiles } from '../figures.mjs';

const { place, paths, rate, seconds } = JSON.parse(process.argv[2]);
const connections = 8;
const requests = paths.map((/** @type {string} */ path) => httpRequest('GET', path));
const free = Array.from({ length: connections }, () => new Connection(place));
/** When the questions that wait were due. @type {number[]} */
const waiting = [];
/** @type {number[]} */
const tookMs = [];
let asked = 0;
let bytes = 0;

await Promise.all(free.map((connection) => connection.ask(requests[0]))); // each is there
const begun = performance.now();
const total = rate * seconds;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    for (const due = Math.min(total, Math.floor(((performance.now() - begun) * rate) / 1000)); asked < due; asked++)
      waiting.push(begun + ((asked + 1) * 1000) / rate);
    next();
  }, 1);
  function next() {
    while (free.length > 0 && waiting.length > 0) void ask(/** @type {Connection} */ (free.pop()), /** @type {number} */ (waiting.shift()));
    if (tookMs.length < total) return;
    clearInterval(timer);
    resolve(undefined);
  }
  /**
   * @param {Connection} connection
   * @param {number} due
   */
  async function ask(connection, due) {
    const { status, length } = await connection.ask(requests[tookMs.length % requests.length]);
    if (status !== 200) throw new Error(`answered with ${status}`);
    tookMs.push(performance.now() - due);
    bytes = length;
    free.push(connection);
    next();
  }
});
console.log(JSON.stringify({ ...percentiles(tookMs), bytes }));
process.exit(0);
