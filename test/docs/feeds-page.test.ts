import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished } from 'vitest';
import { OutputLog } from '../support/output-log.ts';
import { test } from '../support/test-api.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/feeds.md', import.meta.url)), 'utf8');

/** The commands of the page, each with what it prints. */
const EXAMPLES = [...PAGE.matchAll(/^```\n(\$[^`]*)```$/gm)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((example) => ({ command: example.slice(0, example.indexOf('\n')), shown: example.slice(example.indexOf('\n') + 1) })),
);

/** What is another time's, process's or run's, as a word. */
function plain(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/"(time|os_pid|rss|vsz|cpu|mem|cpu_seconds|nice)":[\d.-]+/g, '"$1":N')
    .replaceAll(/"(mem_info1|mem_info2|ctime|username)":"[^"]+"/g, '"$1":"S"')
    .replaceAll(/"pid":\d{3,}/g, '"pid":N')
    .replaceAll(/(?<=[ "]\d*@?)(?!0{8})[0-9a-f]{8}(?=["\n])/g, 'RUN')
    .trimEnd();
}

/** Runs a command until it ends or has printed so many bytes; what goes on is ended. */
async function printed(command: string, endpoint: string, wanted: string): Promise<string> {
  const child: ChildProcess = spawn('sh', ['-c', command], {
    env: { ...process.env, U: endpoint },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  onTestFinished(() => end(child));
  const log = new OutputLog();
  child.stdout?.on('data', (chunk: Buffer) => log.add(chunk));
  await new Promise<void>((resolve) => {
    child.stdout?.once('close', resolve);
    child.stdout?.on('data', () => plain(log.text).length >= wanted.length && resolve());
    setTimeout(resolve, 20_000).unref();
  });
  end(child);
  return plain(log.text);
}

function end({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

describe('the page about feeds', () => {
  test('shows what really comes', { timeout: 60_000 }, async ({ api }) => {
    expect(EXAMPLES.length).toBeGreaterThan(10);
    for (const { command, shown } of EXAMPLES) {
      expect([command, await printed(command, `http://127.0.0.1:${api.port}`, plain(shown))]).toEqual([command, plain(shown)]);
    }
  });
});
