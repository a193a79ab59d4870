import { describe, expect, it } from 'vitest';
import { psText, stateText } from '../../src/cli/view/ps-text.ts';
import { fitted } from '../../src/cli/view/screen.ts';
import type { JobOverview, ProcessOverview } from '../../src/job/info.ts';

const NOW_MS = 1_000_000_000;

function aProcess(more: Partial<ProcessOverview> = {}): ProcessOverview {
  return {
    pid: 1,
    os_pid: 25_715,
    slot: 1,
    create_time: NOW_MS / 1000 - 185,
    restarts: 0,
    commited: false,
    stopping: false,
    mem_info1: '38M',
    mem_info2: '1G',
    cpu: 0.25,
    mem: 1.2,
    ctime: '0:00.40',
    rss: 39_845_888,
    vsz: 1,
    cpu_seconds: 0.4,
    ...more,
  };
}

function aJob(more: Partial<JobOverview> = {}): JobOverview {
  return { name: 'shop.web', cmd: 'node server.js', state: 'started', active: true, running: 1, max_processes: 1, processes: [aProcess()], ...more };
}

const PLAIN = { title: (text: string) => text, trouble: (text: string) => text, aside: (text: string) => text };

describe('a list of jobs', () => {
  it('looks as in the seed, with more behind it', () => {
    const two = [aProcess({ slot: 2, pid: 12, restarts: 1, create_time: NOW_MS / 1000 - 1.5, cpu: 'N/A', mem: 'N/A', mem_info1: 'N/A' }), aProcess()];
    const jobs = [
      aJob({ max_processes: 2, processes: [aProcess({ slot: 0, pid: 13, commited: true }), ...two] }),
      aJob({ name: 'shop.a.b', cmd: 'cd x &&\n  make', state: 'stopped', processes: [] }),
    ];
    expect(psText(jobs, { nowMs: NOW_MS, paint: PLAIN })).toBe(`=== web: \`node server.js\`
Total CPU: 0.50 Total MEM: 2.40

web.1: up for 3m 5s            pid 1   os pid 25715  cpu 0.3%  mem 1.2% 38M
web.2: up for 1.5s             pid 12  os pid 25715  cpu N/A   mem N/A N/A   1 restart
web (committed): up for 3m 5s  pid 13  os pid 25715  cpu 0.3%  mem 1.2% 38M

=== a.b: \`cd x && make\` (stopped)
Total CPU: 0.00 Total MEM: 0.00`);
  });

  it.each([
    [{}, undefined],
    [{ max_processes: 3 }, '1 of 3 running'],
    [{ max_processes: 0, processes: [] }, '0 wanted'],
    [{ processes: [aProcess({ stopping: true })] }, '0 of 1 running'],
    [{ processes: [aProcess(), aProcess({ commited: true, slot: 0 })] }, undefined],
    [{ state: 'stopped' }, 'stopped'],
    [{ state: 'paused' }, 'paused: it failed again and again'],
    [{ state: 'given_up' }, 'given up'],
    [{ state: 'done' }, 'done'],
  ] as const)('a job with %j is said to be: %s', (more, text) => {
    expect(stateText(aJob(more))).toBe(text);
  });
});

describe('a screen', () => {
  it('shows the lines that fit, and how many do not', () => {
    expect(fitted(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c']);
    expect(fitted(['a', 'b', 'c', 'd'], 3)).toEqual(['a', 'b', '... 2 more lines']);
  });
});
