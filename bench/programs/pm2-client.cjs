// node pm2-client.cjs start APPS.json
// node pm2-client.cjs list '{"connections": 8, "seconds": 2}'
// node pm2-client.cjs pids
//
// What pm2's own library does over one kept connection to its daemon: starts the apps of a file, or asks for the list over
// and over, several questions under way at a time (with "everyMs" pausing in between), and prints what load.mjs prints;
// or asks for it once, and prints the pids of those that run.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { promisify } = require('node:util');

const pm2 = createRequire(join(__dirname, '..', 'peers', 'package.json'))('pm2');
const list = promisify(pm2.list.bind(pm2));
const [, , what, text] = process.argv;

async function main() {
  await promisify(pm2.connect.bind(pm2))();
  if (what === 'start') await promisify(pm2.start.bind(pm2))(JSON.parse(readFileSync(text, 'utf8')));
  else if (what === 'pids') console.log(JSON.stringify((await list()).filter(({ pm2_env }) => pm2_env.status === 'online').map(({ pid }) => pid)));
  else console.log(JSON.stringify(await load(JSON.parse(text))));
  pm2.disconnect();
  process.exit(0);
}

/** @param {{ connections: number, seconds: number, everyMs?: number }} how */
async function load({ connections, seconds, everyMs = 0 }) {
  let answers = 0;
  const length = JSON.stringify(await list()).length;
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const askOn = async () => {
    for (; performance.now() < begun + seconds * 1000; answers += 1) {
      const asked = performance.now();
      await list();
      if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, asked + everyMs - performance.now()));
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { answers, ms, length, cpuMs: (user + system) / 1000 };
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
