import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { lookupEventLine } from '../../src/cli/view/lookup-text.ts';
import { readLookupEvent } from '../../src/protocol/read-lookup-event.ts';
import { gafferHere } from '../support/gaffer.ts';
import { LookupRig } from '../support/lookup-rig.ts';

const PAGE = readFileSync(new URL('../../docs/lookupd.md', import.meta.url), 'utf8');
const SECTION = PAGE.slice(PAGE.indexOf('\n## Asking it\n'), PAGE.indexOf('\n## Acting through it\n'));
const [COMMANDS = '', EVENTS = ''] = [...SECTION.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => block);

it('the page about gaffer_lookupd shows what asking it prints', async () => {
  const rig = await LookupRig.open();
  await (await rig.node()).register('box', { 'shop.web': [1, 2] });
  await (await rig.node()).register('den', { 'shop.web': [1], 'shop.mail': [] });
  const env = { GAFFER_CONFIG: '/nowhere/gaffer.ini', GAFFER_LOOKUPD: `http://127.0.0.1:${rig.port}` };
  const examples = COMMANDS.split(/^\$ gaffer /m).slice(1);
  for (const [line, output] of examples.map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)] as const)) {
    const { stdout, stderr } = await gafferHere(line.split(' '), { cwd: tmpdir(), env });
    expect(stdout + stderr, line).toBe(output);
  }
  expect(examples).toHaveLength(4);
});

it('the page about gaffer_lookupd shows changes as they are shown', async () => {
  const rig = await LookupRig.open();
  const watcher = await rig.watch();
  const den = await rig.node();
  await den.register('den', { 'shop.web': [1] });
  await den.tell('UNREGISTER_PROCESS', { job_name: 'shop.web', pid: 1 });
  den.socket.terminate();
  await watcher.find(({ event }) => event === 'remove_node');
  const events = watcher.messages.flatMap((message) => readLookupEvent(JSON.stringify(message)) ?? []).filter(({ event }) => event !== 'add_node');
  const lines = events.map((event) => lookupEventLine(event, new Date(2026, 10, 22, 14, 5, 6)));
  expect(lines.join('')).toBe(EVENTS.replaceAll(/^14:05:\d\d/gm, '14:05:06'));
});
