import { describe, expect, it } from 'vitest';
import { type Reading, readingsOf } from '../../src/cli/reading.ts';

function written(reading: Reading): string {
  switch (reading.kind) {
    case 'process':
      return `process ${reading.pid}`;
    case 'job':
      return `job ${reading.job.session} ${reading.job.job}`;
    case 'instance':
      return `instance ${reading.job.session} ${reading.job.job} ${reading.slot}`;
    case 'app':
      return `app ${reading.session}`;
  }
}

describe('a word of a command line, where the application is shop', () => {
  it.each([
    ['web', ['job shop web', 'app web']],
    ['12', ['process 12', 'job shop 12', 'app 12']],
    ['api.web', ['job shop api.web', 'job api web']],
    ['api/web', ['job shop api/web', 'job api web']],
    ['web.2', ['job shop web.2', 'job web 2', 'instance shop web 2']],
    ['api.web.2', ['job shop api.web.2', 'job api web.2', 'instance shop api.web 2', 'instance api web 2']],
    ['api/web.2', ['job shop api/web.2', 'job api web.2', 'instance shop api/web 2', 'instance api web 2']],
    ['a.b.c', ['job shop a.b.c', 'job a b.c']],
    ['web.', ['job shop web.']],
    ['.web', ['job shop .web']],
    ['', []],
  ])('"%s" can mean %j', (word, readings) => {
    expect(readingsOf(word, 'shop').map(written)).toEqual(readings);
  });
});
