// node nodes.mjs '{"place": …, "nodes": 1000, "jobs": 50}'
//
// So many nodes of a lookupd. Does what the lines on stdin say, and prints a line for each:
//
//   {"do":"register"}                     connects them; until all have registered everything
//   {"do":"watch","watchers":100}         so many follow /lookup/websocket from now on
//   {"do":"churn","rate":100,"seconds":5} so many events a second: processes end and begin
//   {"do":"back"}                         until all have registered everything again; to be said before they are cut off
import { createInterface } from 'node:readline';
import { percentiles } from '../figures.mjs';
import { FrameClient } from './frames.mjs';
import { SimulatedNode } from './simulated-node.mjs';

const { place, nodes: count, jobs } = JSON.parse(process.argv[2]);
const pingEveryMs = 15_000;
const tickMs = 5;

let lastPid = 0;
let complete = 0;
/** @type {() => void} */
let onComplete = () => {};
/** @type {number[]} */
let answeredMs = [];
/** What is told to watchers: when it was sent, and how many have not heard it. @type {Map<number, { at: number, missing: number }>} */
let news = new Map();
/** @type {number[]} */
let heardMs = [];
/** @type {FrameClient[]} */
const watchers = [];

const nodes = Array.from({ length: count }, (_, number) => {
  return new SimulatedNode({
    place,
    number,
    jobs,
    nextPid: () => ++lastPid,
    onComplete: () => {
      complete += 1;
      if (complete === count) onComplete();
    },
    onLost: () => {
      complete -= 1;
    },
    onAnswered: (ms) => answeredMs.push(ms),
  });
});

/** @type {Record<string, (how: any) => Promise<object>>} */
const commands = {
  register: async () => {
    const begun = performance.now();
    const done = allComplete();
    for (const node of nodes) node.connect();
    await done;
    const ms = performance.now() - begun;
    let next = 0;
    setInterval(() => nodes[next++ % count].ping(), Math.max(1, pingEveryMs / count));
    return { ms, messages: nodes.reduce((sum, { messages }) => sum + messages, 0) };
  },

  watch: async ({ watchers: wanted }) => {
    while (watchers.length < wanted) watchers.push(watcher());
    await Promise.all(watchers.map(({ opened }) => opened));
    return {};
  },

  churn: async ({ rate, seconds }) => {
    [answeredMs, heardMs, news] = [[], [], new Map()];
    const sent = await churn(rate, seconds);
    await new Promise((resolve) => setTimeout(resolve, 500)); // the last of it is heard
    return {
      sent,
      answered: answeredMs.length,
      answeredMs: percentiles(answeredMs),
      heard: heardMs.length,
      missed: news.size,
      heardMs: percentiles(heardMs),
    };
  },

  back: async () => {
    await allComplete();
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...how } = JSON.parse(line);
  console.log(JSON.stringify(await commands[what](how)));
}
process.exit(0);

/** The next time. @returns {Promise<void>} */
function allComplete() {
  return new Promise((resolve) => {
    onComplete = resolve;
  });
}

/**
 * Each process that ends has one that takes its place with the next event.
 * @param {number} rate
 * @param {number} seconds
 * @returns {Promise<number>}
 */
function churn(rate, seconds) {
  const begun = performance.now();
  let sent = 0;
  let [node, job] = [nodes[0], nodes[0].jobs[0]];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const ms = Math.min(performance.now() - begun, seconds * 1000);
      for (const due = Math.floor((ms * rate) / 1000); sent < due; sent++) {
        if (sent % 2 === 0) {
          node = nodes[(sent * 7919) % count];
          job = node.jobs[(sent * 31) % jobs];
        }
        if (job.pid === 0 && watchers.length > 0) news.set(lastPid + 1, { at: performance.now(), missing: watchers.length });
        node.change(job);
      }
      if (ms < seconds * 1000) return;
      clearInterval(timer);
      resolve(sent);
    }, tickMs);
  });
}

function watcher() {
  let text = '';
  return new FrameClient(place, '/lookup/websocket', (piece, isWhole) => {
    text += piece;
    if (!isWhole) return;
    if (text.includes('"add_process"')) hear(Number(/"pid":(\d+)/.exec(text)?.[1]));
    text = '';
  });
}

/** Counts when the last watcher has it. @param {number} pid */
function hear(pid) {
  const one = news.get(pid);
  if (!one) return;
  one.missing -= 1;
  if (one.missing > 0) return;
  news.delete(pid);
  heardMs.push(performance.now() - one.at);
}
