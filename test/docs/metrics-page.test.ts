import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { jobSeries } from '../../src/api/metrics/job-series.ts';
import { nodeSeries } from '../../src/api/metrics/node-series.ts';
import { ownSeries } from '../../src/api/metrics/own-series.ts';
import { Tallies } from '../../src/api/metrics/tallies.ts';
import type { JobOverview } from '../../src/job/info.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/metrics.md', import.meta.url)), 'utf8');

const STATS = { mem_info1: '1K', mem_info2: '1K', cpu: 0, mem: 0, ctime: '0:00.00', rss: 1024, vsz: 1024, cpu_seconds: 0 };
const PROCESS = { pid: 1, os_pid: 1, slot: 1, create_time: 0, restarts: 0, commited: false, stopping: false, ...STATS };
const WEB: JobOverview = { name: 'shop.web', cmd: 'x', state: 'started', active: true, running: 1, max_processes: 1, processes: [PROCESS] };
const HOOK = { id: 'a', sent: 0, failed: 0, dropped: 0, retried: 0, waiting: 0 };

it('lists every metric with its type, its labels and what it is', async () => {
  const tallies = new Tallies();
  const all = [
    ...nodeSeries({ version: '0', tallies, feeds: { open: 0, dropped: 0 }, channels: undefined, webhooks: [HOOK] }),
    ...jobSeries([{ overview: WEB, tally: tallies.of('shop.web') }]),
    ...(await ownSeries()),
  ];
  const rows = all.map(({ name, type, help, samples: [sample] }) => {
    const labels = Object.keys(sample?.labels ?? {}).map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labels.join(', ')}${labels.length > 0 ? ' ' : ''}| ${help} |`;
  });
  expect(PAGE.split('\n').filter((line) => /^\| `(gaffer|process)_/.test(line))).toEqual(rows);
});
