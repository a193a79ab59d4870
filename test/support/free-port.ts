import { createServer } from 'node:net';

/** Below the ports that systems give to connections and to servers that ask for any. */
const PORTS = { first: 10_000, count: 20_000 };
const LOW_PORTS = { first: 600, count: 400 };

/** Processes that run tests at the same time have each a part of their own. */
const PARTS = 20;
const PART = Number(process.env['VITEST_POOL_ID'] ?? 0) % PARTS;

let tries = 0;

/** A port of this machine at which nobody listens, and which nobody is given meanwhile. */
export async function freePort(): Promise<number> {
  return await freeIn(PORTS);
}

/** One below 1024. */
export async function freeLowPort(): Promise<number> {
  return await freeIn(LOW_PORTS);
}

async function freeIn({ first, count }: { readonly first: number; readonly count: number }): Promise<number> {
  const size = Math.floor(count / PARTS);
  for (let left = size; left > 0; left -= 1) {
    tries += 1;
    const port = first + PART * size + ((process.pid + tries) % size);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`expected a free port from ${first} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
