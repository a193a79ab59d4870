import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that is no node; it is closed with the test. Resolves with where it is. */
export async function fakeServer(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(answer))}`;
}

/** A server that speaks no HTTP: it says something and closes the connection. */
export async function talkingServer(text: string): Promise<string> {
  return `http://127.0.0.1:${await listen(createRawServer((socket) => socket.on('error', () => undefined).end(text)))}`;
}

/** A place where nobody listens. */
export async function nobody(): Promise<string> {
  const server = createRawServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    (server as Server & { closeAllConnections?: () => void }).closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
