import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished } from 'vitest';
import { type NodesRig, tell, test } from '../cli/nodes/rig.ts';
import { LookupRig } from '../support/lookup-rig.ts';
import type { TestProject } from '../support/project.ts';
import { withoutProgress } from '../support/terminal.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/acting.md', import.meta.url)), 'utf8');

/** Command lines of the page, and what it shows below them. */
const EXAMPLES = [...PAGE.matchAll(/^( *)```\n(.*?)^\1```$/gms)]
  .map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  .flatMap((block) => block.split(/^\$ /m).slice(1))
  .map((text) => ({ command: text.slice(0, text.indexOf('\n')), output: text.slice(text.indexOf('\n') + 1) }));

/** What is different each time. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/up for \S+ +pid \d+ +os pid \d+ +cpu \S+ +mem \S+ \S+/g, 'up')
    .replaceAll(/^Total .*/gm, 'Total')
    .replaceAll(/job \d+ done/g, 'job N done')
    .replaceAll(/http:\/\/(box2:5000|127\.0\.0\.1:\d+)/g, 'NODE')
    .replaceAll('\r\n', '\n')
    .trimEnd();
}

/** What stands in the lines of a log comes in any order. */
function sortedLog(command: string, text: string): string {
  return command.includes(' logs ') ? text.split('\n').toSorted().join('\n') : text;
}

/** The application of the page, on two nodes. */
async function startShop(nodes: NodesRig, project: TestProject): Promise<void> {
  project.write('server.js', 'setInterval(() => undefined, 1000);');
  project.write('worker.js', 'let i = 0;', 'setInterval(() => console.log(`job ${++i} done`), 200);');
  for (const name of ['box1', 'box2']) {
    const node = await nodes.open(name);
    for (const job of ['web', 'worker']) {
      const cmd = `node ${job === 'web' ? 'server' : 'worker'}.js`;
      const numprocesses = name === 'box2' && job === 'web' ? 2 : 1;
      await node.supervisor.load('shop', { name: job, cmd, numprocesses, cwd: project.root, os_env: true, redirect_output: ['out', 'err'] });
    }
    await nodes.tell(name, ['shop.web', 'shop.worker']);
  }
}

/** A lookupd that says that the second node is where nobody answers. */
async function lookupdWithOneThatHangs(nodes: NodesRig): Promise<string> {
  const hangs = createServer(() => undefined);
  hangs.listen(0, '127.0.0.1');
  await once(hangs, 'listening');
  onTestFinished(() => void hangs.close());
  const lookupd = await LookupRig.open();
  await tell(lookupd, 'box1', { origin: `http://127.0.0.1:${nodes.nodes.get('box1')?.port}`, jobs: ['shop.worker'] });
  await tell(lookupd, 'box2', { origin: `http://127.0.0.1:${(hangs.address() as AddressInfo).port}`, jobs: ['shop.worker'] });
  return `http://127.0.0.1:${lookupd.port}`;
}

describe('the page about acting on all machines', () => {
  test('shows what its commands do', async ({ rig, nodes }) => {
    await startShop(nodes, rig.project);
    const wordsOf = (command: string): readonly string[] => command.replace('http://lookup:5010', nodes.lookupd).split(' ').slice(1);
    for (const { command, output } of EXAMPLES) {
      const words = wordsOf(command);
      if (command.includes(' scale ')) {
        const terminal = rig.terminal(words, { columns: 120 });
        await terminal.output.until(/\[y\]\|n: /);
        terminal.type('y\r');
        await terminal.exit;
        expect(withoutChance(withoutProgress(terminal.text)), command).toBe(withoutChance(output));
      } else if (command.includes('--timeout')) {
        const other = await lookupdWithOneThatHangs(nodes);
        const { stdout, stderr } = await rig.run(words.map((word) => word.replace(nodes.lookupd, other)));
        expect(withoutChance(`${stdout}${stderr}`), command).toBe(withoutChance(output));
      } else {
        await expect
          .poll(async () => sortedLog(command, withoutChance((await rig.run(words)).stdout)), { message: command })
          .toBe(sortedLog(command, withoutChance(output)));
      }
    }
    expect(EXAMPLES.length).toBe(5);
  });
});
