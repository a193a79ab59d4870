import { describe, expect, it } from 'vitest';
import { formatBytes, formatCpuTime, formatStats, type JobProcessStats, summarizeStats } from '../../src/job/stats.ts';

describe('bytes for people', () => {
  it.each([
    [0, '0B'],
    [512, '512B'],
    [1023, '1023B'],
    [1024, '1K'],
    [8.9 * 1024 ** 2, '8M'],
    [1024 ** 3, '1G'],
    [1024 ** 7, '1024E'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('CPU time', () => {
  it.each([
    [0, '0:00.00'],
    [0.4, '0:00.40'],
    [59.999, '0:59.99'],
    [61.5, '1:01.50'],
    [3600, '0:00.00'],
    [0.29, '0:00.29'],
  ])('of %d s is %s', (seconds, text) => {
    expect(formatCpuTime(seconds)).toBe(text);
  });
});

describe('statistics', () => {
  const sample = { rssBytes: 8 * 1024 ** 2, vszBytes: 2 * 1024 ** 3, cpuSeconds: 1.5, cpuPercent: 12.34, isFirst: false };

  it('of a process are told for people and as numbers', () => {
    expect(formatStats(sample, 64 * 1024 ** 2)).toEqual({
      mem_info1: '8M',
      mem_info2: '2G',
      cpu: 12.3,
      mem: 12.5,
      ctime: '0:01.50',
      rss: 8 * 1024 ** 2,
      vsz: 2 * 1024 ** 3,
      cpu_seconds: 1.5,
    });
  });

  it('that the system refuses are N/A', () => {
    expect(formatStats(undefined, 1)).toMatchObject({ mem_info1: 'N/A', cpu: 'N/A', mem: 'N/A', ctime: 'N/A', rss: null });
  });

  it('of a job are sums, maxima and minima of what is known', () => {
    const one: JobProcessStats = { ...formatStats(sample, 64 * 1024 ** 2), pid: 1, os_pid: 100 };
    const two: JobProcessStats = { ...formatStats({ ...sample, cpuPercent: 0.1 }, 64 * 1024 ** 2), pid: 2, os_pid: 101 };
    const gone: JobProcessStats = { ...formatStats(undefined, 1), pid: 3, os_pid: 102 };
    expect(summarizeStats('a.b', [one, two, gone])).toMatchObject({
      name: 'a.b',
      mem: 25,
      max_mem: 12.5,
      min_mem: 12.5,
      cpu: 12.4,
      max_cpu: 12.3,
      min_cpu: 0.1,
    });
  });

  it('of a job without a process are N/A', () => {
    expect(summarizeStats('a.b', [])).toEqual({
      name: 'a.b',
      stats: [],
      mem: 'N/A',
      max_mem: 'N/A',
      min_mem: 'N/A',
      cpu: 'N/A',
      max_cpu: 'N/A',
      min_cpu: 'N/A',
    });
  });
});
