import type { LookupdInfo } from '../protocol/lookupd-info.ts';
import type { LookupdBook } from './lookupd-book.ts';
import type { Paths } from './operation.ts';
import { COUNT, listOf, object, TEXT } from './schemas.ts';

const LOOKUPD = object({
  address: TEXT,
  name: TEXT,
  origin: TEXT,
  state: { enum: ['connected', 'connecting', 'waiting'] },
  since: { type: 'number' },
  last_error: { anyOf: [TEXT, { type: 'null' }] },
  jobs: COUNT,
  processes: COUNT,
});

const EXAMPLE: LookupdInfo = {
  address: 'http://lookup.example:5010',
  name: 'node1.example',
  origin: 'http://node1.example:5000',
  state: 'connected',
  since: 1_763_770_000.5,
  last_error: null,
  jobs: 2,
  processes: 3,
};

/** What can be asked about lookupd servers. @param lookupds without them the node registers with none */
export function lookupdOperations(lookupds: LookupdBook | undefined): Paths {
  return {
    '/lookupds': {
      GET: {
        id: 'lookupds',
        need: 'manage all',
        summary: 'The lookupd servers that the node registers with, and how each is',
        success: {
          status: 200,
          description: 'in the order of the configuration',
          schema: object({ lookupds: listOf(LOOKUPD) }),
          example: { lookupds: [EXAMPLE] },
        },
        answer: () => Promise.resolve({ json: { lookupds: lookupds?.list() ?? [] } }),
      },
    },
  };
}
