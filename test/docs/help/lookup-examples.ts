import type { ExampleOutcome } from '../../support/example-shell.ts';

/** Examples that ask a lookupd which knows a node, `box`, that runs `shop.web`. */
export const LOOKUP_EXAMPLES: Readonly<Record<string, ExampleOutcome>> = {
  'gaffer lookup': { shows: /add_process \| shop\.web: process id \d+ spanwned on http:\/\/box:5000/, goesOn: true },
  'gaffer lookup -L http://127.0.0.1:5010 --no-color': { shows: /add_process \| shop\.web/, goesOn: true },
  'gaffer lookup --json --count 1': { shows: /^\{"time":[\d.]+,"event":"add_process",.*\}\n$/ },
  'gaffer lookup:nodes': { shows: /^1 node\(s\) found\n\nhttp:\/\/box:5000 - box \(protocol: 0\.1\)\n$/ },
  'gaffer lookup:nodes -L http://127.0.0.1:5010 --json': { shows: /^\{"nodes":\[\{"name":"box",/ },
  'gaffer lookup:jobs': { shows: /^1 job\(s\) found\n\n=== shop\.web\n/ },
  'gaffer lookup:jobs -L http://10.0.0.1:5010,http://10.0.0.2:5010': { shows: /^1 job\(s\) found\n\n=== shop\.web\n/ },
  'gaffer lookup:job shop.web': { shows: /^=== box \(Protocol: 0\.1\)\nOrigin: http:\/\/box:5000\nPids: 1,2/ },
  'gaffer lookup:job shop.web --json': { shows: /^\{"sources":\[\{"name":"box","pids":\[1,2/ },
  'gaffer lookup:sessions': { shows: /^1 session\(s\) found\n\n\*\*\* session: shop\n\n=== job: shop\.web\n/ },
  'gaffer lookup:sessions box': { shows: /\*\*\* session: shop/ },
  'gaffer lookup:session shop': { shows: /^1 job\(s\) found\n\n=== shop\.web\n/ },
  'gaffer lookup:session shop --json': { shows: /^\{"nb_jobs":1,/ },
};
