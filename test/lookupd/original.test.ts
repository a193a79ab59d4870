import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { LookupRig } from '../support/lookup-rig.ts';
import { ANSWERS, EVENTS, HANDSHAKE, NODE } from '../support/original-lookup.ts';
import { becomes } from '../support/processes.ts';

/** Text as it is sent with a number of its own in place of `ID`. */
function numbered(text: string, index: number): string {
  return text.replace(/\bID\b/, index.toString(16).padStart(32, '0'));
}

/** A lookupd to which the original's node has said everything that was recorded; resolves with what it answered. */
async function afterTheNode(): Promise<{ readonly rig: LookupRig; readonly answers: readonly object[] }> {
  const rig = await LookupRig.open();
  const node = await rig.node();
  const answers: object[] = [];
  for (const [index, { sent }] of NODE.entries()) {
    answers.push(await node.say(numbered(sent, index)));
  }
  return { rig, answers };
}

/** Sorted by names: the order of jobs and sessions means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inOrder).toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inOrder(one)])) : value;
}

it('a node of the original is answered as the original answers it', async () => {
  const { answers } = await afterTheNode();
  const expected = NODE.map(({ answer }, index) => ({ ...answer, msgid: answer.msgid === null ? null : numbered(answer.msgid, index) }));
  // ours say besides what was expected
  expect(answers.map((answer) => Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'message')))).toEqual(expected);
});

it('a client of the original is told of that node what the original tells', async () => {
  const { rig } = await afterTheNode();
  for (const [path, expected] of Object.entries(ANSWERS)) {
    const { status, json } = await rig.ask('GET', path, {
      headers: { accept: 'application/json', 'user-agent': 'Tornado/6.2', 'accept-encoding': 'gzip' },
    });
    expect([path, status, inOrder(json)]).toEqual([path, 200, inOrder(expected)]);
  }
});

it('a watcher of the original is let in, and told what the original tells', async () => {
  const rig = await LookupRig.open();
  const watcher = connect(rig.port, '127.0.0.1');
  onTestFinished(() => void watcher.destroy());
  let read = Buffer.alloc(0);
  watcher.on('data', (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
  });
  watcher.write(HANDSHAKE.replace('HOST', `127.0.0.1:${rig.port}`));
  expect(await becomes(() => read.includes('\r\n\r\n'), 10_000)).toBe(true);
  const head = read.subarray(0, read.indexOf('\r\n\r\n') + 4);
  // it insists on each of these
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /);
  expect(head.toString().toLowerCase()).toContain('\r\nupgrade: websocket\r\nconnection: upgrade\r\n');
  expect(head.toString()).toContain('\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
  const node = await rig.node();
  for (const [index, { sent }] of NODE.entries()) {
    await node.say(numbered(sent, index));
  }
  const events = (): readonly unknown[] => framesIn(read.subarray(head.length)).map((text) => JSON.parse(text) as unknown);
  expect(await becomes(() => events().length >= EVENTS.length, 10_000)).toBe(true);
  expect(events()).toEqual(EVENTS);
});

/** The texts of whole frames, as the original reads them: without extensions, and not masked. */
function framesIn(bytes: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    expect([bytes[at], (bytes[at + 1] ?? 0) < 127]).toEqual([0x81, true]);
    const isLong = bytes[at + 1] === 126;
    const from = at + (isLong ? 4 : 2);
    const end = from + (isLong ? bytes.readUInt16BE(at + 2) : (bytes[at + 1] ?? 0));
    if (end > bytes.length) {
      break;
    }
    texts.push(bytes.toString('utf8', from, end));
    at = end;
  }
  return texts;
}
