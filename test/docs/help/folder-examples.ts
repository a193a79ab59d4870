import type { ExampleOutcome } from '../../support/example-shell.ts';

const UP = /web.* \| web is up/;

/** Examples that need a folder with a Procfile, and no node; in this order. */
export const FOLDER_EXAMPLES: Readonly<Record<string, ExampleOutcome>> = {
  'gaffer start': { shows: UP, goesOn: true },
  'gaffer start web worker': { shows: UP, goesOn: true },
  'gaffer start -c web=2,worker=1 -e .env,local.env': { shows: /web\.2 .*\| web is up at home/, goesOn: true },
  'gaffer start --on-exit stop': { shows: UP, goesOn: true },
  'gaffer start --stdin web': { shows: UP, goesOn: true },
  'gaffer run npm test': { shows: /^npm test$/m },
  'gaffer run web': { shows: /^web is up/m, goesOn: true },
  'gaffer run -e test.env -- make -j2': { shows: /^make -j2 in a test$/m },
  'gaffer check': { shows: /^valid Procfile: web, worker$/m },
  'gaffer check --json': { shows: /"ok":true/ },
  'gaffer export': { shows: /^\[process:shop:web\]$[^]*^\[process:shop:worker\]$/m },
  'gaffer export web --format json': { shows: /"name": "web"/ },
  'gaffer export --out shop.ini -c web=2': { shows: /numprocesses = 2/, behind: 'cat shop.ini' },
  'gaffer certs create': { shows: /made .*home\/\.gaffer\/certs\/server\.pem/ },
  'gaffer certs create --client alice': { shows: /made .*alice\.pem/ },
  'gaffer certs create --force': { shows: /made .*server\.pem/ },
  'gaffer certs create node1.example.org 10.0.0.5': { shows: /for node1\.example\.org, 10\.0\.0\.5/, before: 'rm -r ~/.gaffer/certs' },
  'gaffer completion bash': { shows: /complete/ },
  'gaffer completion zsh > ~/.zfunc/_gaffer': { shows: /#compdef/, before: 'mkdir ~/.zfunc', behind: 'cat ~/.zfunc/_gaffer' },
  'gaffer completion': { shows: /complete/, before: 'SHELL=/bin/bash; export SHELL' },
  'gaffer help ps:info': { shows: /^USAGE$[^]*gaffer ps:info NAME/m },
  'gaffer help start': { shows: /^USAGE$[^]*gaffer start \[NAME\.\.\.\]/m },
};
