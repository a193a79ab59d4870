import { type AddressInfo, createServer } from 'node:net';

/** A port of this machine at which nobody listens. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** One below 1024. */
export async function freeLowPort(): Promise<number> {
  for (let port = 1023; port > 600; port -= 1) {
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) {
      return port;
    }
  }
  throw new Error('expected a free port below 1024');
}
