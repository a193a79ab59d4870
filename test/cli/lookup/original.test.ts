import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { lookupEventLine } from '../../../src/cli/view/lookup-text.ts';
import { readLookupEvent } from '../../../src/protocol/read-lookup-event.ts';
import { fakeServer } from '../../support/fake-server.ts';
import { gafferHere } from '../../support/gaffer.ts';
import { ANSWERS, COMMANDS, EVENTS, LIVE } from '../../support/original-lookup.ts';

/** The original's server, as far as it was recorded; it knows no other parameters. */
async function originalServer(): Promise<string> {
  return await fakeServer((request, response) => {
    const path = (request.url ?? '').replace(/[?&]seq=\w+/, '');
    const answer = ANSWERS[path];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}

it.each(Object.entries(COMMANDS))('gaffer %s prints of what the original server tells what the original prints', async (line, expected) => {
  const url = await originalServer();
  const env = { GAFFER_CONFIG: '/nowhere/gaffer.ini' };
  expect(await gafferHere([...line.split(' '), '-L', url], { cwd: tmpdir(), env })).toMatchObject({
    stdout: expected,
    code: line.endsWith('no.such') ? 1 : 0,
  });
});

it('gaffer lookup prints of what the original server tells what the original prints', () => {
  const time = new Date(2026, 10, 22, 4, 5, 6);
  const lines = EVENTS.map((event) => readLookupEvent(JSON.stringify(event))).map((event) => event && lookupEventLine(event, time));
  expect(lines).toEqual(LIVE.map((line) => `04:05:06 ${line}\n`));
});
