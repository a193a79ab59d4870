import { describe, expect, it } from 'vitest';
import { parseJobFile } from '../../src/cli/job-file.ts';

function names(value: unknown, isForced = false): string[] {
  const content = typeof value === 'string' ? value : JSON.stringify(value);
  return parseJobFile(content, { file: 'jobs.json', app: 'shop', isForced }).map(({ name, config }) => `${name.session} ${name.job} ${config.name}`);
}

const job = (name: string): object => ({ name, cmd: 'sleep 1' });

describe('a file of jobs', () => {
  it('is one configuration, or several', () => {
    expect(names(job('web'))).toEqual(['shop web web']);
    expect(names({ jobs: [job('web'), job('worker')] })).toEqual(['shop web web', 'shop worker worker']);
    expect(names(`\ufeff${JSON.stringify(job('web'))}`)).toEqual(['shop web web']);
  });

  it('can tell the application of each, unless that is forced', () => {
    const jobs = { jobs: [job('api.web'), job('api/web.v2'), job('web')] };
    expect(names(jobs)).toEqual(['api web web', 'api web.v2 web.v2', 'shop web web']);
    expect(names(jobs, true)).toEqual(['shop web web', 'shop web.v2 web.v2', 'shop web web']);
  });

  it.each([
    ['', 'jobs.json: expected JSON, got nothing'],
    ['{', /^jobs\.json: expected JSON, got something else: /],
    ['[]', 'jobs.json: expected an object with the members of a job'],
    ['{"jobs": []}', 'jobs.json: expected the configuration of a job or {"jobs": [...]} with at least one, got none'],
    ['{"jobs": 3}', 'jobs.json: expected the configuration of a job or {"jobs": [...]} with at least one, got none'],
    ['{"name": "web"}', 'jobs.json: cmd: expected, but missing'],
    [
      '{"jobs": [{"name": "web", "cmd": "x", "nmprocesses": 2}, {"cmd": "x"}, 3]}',
      'jobs.json: job "web": nmprocesses: no such job setting\njobs.json: job 2: name: expected, but missing\njobs.json: job 3: expected an object with the members of a job',
    ],
  ])('that is %j is refused', (content, message) => {
    expect(() => names(content)).toThrow(message);
  });
});
