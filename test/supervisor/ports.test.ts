import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listeningPorts, PortList } from '../../src/supervisor/ports.ts';
import { FakeClock } from '../support/fake-clock.ts';

async function listen(host: string): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { port: (server.address() as { port: number }).port, close };
}

describe('the list of ports', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::1'])('has those on which somebody listens at %s', async (host) => {
    const { port, close } = await listen(host);
    expect(listeningPorts()?.has(port)).toBe(true);
    await close();
    expect(listeningPorts()?.has(port)).toBe(false);
  });

  it('is read again when it is no longer fresh', async () => {
    const clock = new FakeClock();
    const ports = new PortList(clock);
    expect(ports.has(1)).toBe(false);
    const { port, close } = await listen('127.0.0.1');
    expect(ports.has(port)).toBe(false);
    await clock.advance(51);
    expect(ports.has(port)).toBe(true);
    await close();
  });
});
