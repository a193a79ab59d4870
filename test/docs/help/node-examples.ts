import type { ExampleOutcome } from '../../support/example-shell.ts';

/** What is on the node before an example: as it was left, or made anew. */
export type NodeState = 'as it is' | 'loaded' | 'one web' | 'empty';

/** What happens on the node meanwhile, so that there is something to show. */
export type Happening = 'a line for web.1' | 'a line for 12' | 'a word on the control stream' | 'a restart';

/** An example that needs a node with the application `shop`. */
export interface NodeExample extends Omit<ExampleOutcome, 'meanwhile'> {
  readonly state?: NodeState;
  readonly meanwhile?: Happening;
}

/** Examples that need a node, in this order. */
export const NODE_EXAMPLES: Readonly<Record<string, NodeExample>> = {
  'gaffer ps': { state: 'loaded', shows: /^=== web: .*[^]*web\.2: up for .*[^]*^=== worker/m },
  'gaffer ps --json': { shows: /"app":"shop".*"name":"shop\.web"/ },
  'gaffer ps shop --watch': { shows: /^=== web/m, goesOn: true, code: 0 },
  'gaffer ps:info web': { shows: /^num_processes: 2$/m },
  'gaffer ps:info web.2': { shows: /^name: shop\.web$/m },
  'gaffer ps:info 12 --json': { shows: /"name":"tools\.tool"/ },
  'gaffer scale': { shows: /^web=2 worker=2 dummy=1 dummy1=1 /m },
  'gaffer scale dummy=3 dummy1+2': { shows: /dummy processes\.\.\. done, now running 3\nScaling dummy1 processes\.\.\. done, now running 3/ },
  'gaffer scale shop web-1': { shows: /web processes\.\.\. done, now running 1/ },
  'gaffer scale all=0': { shows: /worker processes\.\.\. done, now running 0/ },
  'gaffer ps:start': { shows: /==> .*'shop' started/ },
  'gaffer ps:start web worker': { shows: /'web' started\n.*'worker' started/ },
  'gaffer logs': { state: 'loaded', shows: /worker\.1 +\| worker is up/ },
  'gaffer logs web -n 20 -f': { shows: /web\.1 +\| got hello/, goesOn: true, meanwhile: 'a line for web.1' },
  'gaffer logs web.2 --json': { shows: /"name":"shop\.web","pid":\d+,"slot":2.*"web is up/ },
  'gaffer events': { shows: /spawn pid/, goesOn: true, meanwhile: 'a restart' },
  'gaffer events job.shop.web flap -n 20': { shows: /shop\.web.*spawn pid/, goesOn: true },
  'gaffer events exit --json --count 1': { shows: /^\{"seq":\d+.*"event":"exit","name":"shop\.dummy".*\}\n$/, meanwhile: 'a restart' },
  'gaffer events --since 42@5f3c9a01 --no-follow': { shows: /spawn pid/ },
  'gaffer kill web HUP': { shows: /'HUP' sent to 'web'/ },
  'gaffer kill web.2 USR1': { shows: /'USR1' sent to 'web\.2'/ },
  'gaffer send web.1 reload now': { shows: /web\.1 +\| got reload now/, behind: 'until gaffer logs web.1 | grep reload; do :; done' },
  'gaffer send 12.control - < commands': { shows: /tool \| control status/, behind: 'until gaffer logs 12 | grep "control status"; do :; done' },
  'gaffer recv web.1': { shows: /got hello/, goesOn: true, meanwhile: 'a line for web.1' },
  'gaffer recv 12 err': { shows: /err hello/, goesOn: true, meanwhile: 'a line for 12' },
  'gaffer recv web.1.control': { shows: /answer hello/, goesOn: true, meanwhile: 'a word on the control stream' },
  'gaffer attach worker.2 --tail 100 --detach-key ctrl-q': { shows: /left worker\.2, which goes on/, typed: [['attached to worker.2', '\x11']] },
  'echo reload | gaffer attach web.1': { shows: /got reload/, goesOn: true },
  'gaffer commit migrate': { shows: /'shop\.migrate': new process \d+ launched/ },
  'gaffer commit worker -p QUEUE=mail --graceful-timeout 60': { shows: /'shop\.worker': new process \d+ launched/ },
  'gaffer restart web': { shows: /'web' restarted/ },
  'gaffer restart web.2': { shows: /'web\.2' restarted/ },
  'gaffer restart': { shows: /==> app 'shop' restarted/ },
  'gaffer reload': { shows: /==> app 'shop' reloaded/ },
  'gaffer reload web shop.worker': { shows: /job 'web' reloaded\njob 'shop\.worker' reloaded/ },
  'gaffer reload --app shop --no-input': { shows: /==> app 'shop' reloaded/ },
  'gaffer kill 12 9': { shows: /'9' sent to '12'/ },
  'gaffer stop web.2': { shows: /'web\.2' stopped/ },
  'gaffer stop web': { shows: /'web' stopped/ },
  'gaffer stop': { shows: /==> all jobs in 'shop' stopped/ },
  'gaffer attach web': { state: 'one web', shows: /left web\.1, which goes on/, typed: [['attached to web.1', '\x03']] },
  'gaffer unload web shop.worker': { shows: /job 'web' unloaded\njob 'shop\.worker' unloaded/ },
  'gaffer unload': { shows: /==> app 'shop' unloaded/ },
  'gaffer load': { state: 'empty', shows: /==> 'shop' has been loaded/ },
  'gaffer unload --app shop --no-input': { shows: /==> app 'shop' unloaded/ },
  'gaffer load shop -c web=2 -e production.env': { shows: /==> 'shop' has been loaded[^]*web=2 worker=1/, behind: 'gaffer scale' },
  'gaffer load jobs.json --nostart': { shows: /'shop\.mail' has been loaded/ },
  'echo \'{"name": "dummy", "cmd": "sleep 100"}\' | gaffer load -': { shows: /'shop\.dummy' has been loaded/ },
  'gaffer apps': { shows: /^tools\nshop\n$/ },
  'gaffer apps --json': { shows: /^\{"apps":\["tools","shop"\]\}$/m },
  'gaffer doctor': { shows: /node|gafferd/, code: [0, 1] },
  'gaffer doctor -c /etc/gaffer': { shows: /etc\/gaffer/, code: [0, 1] },
  'gaffer doctor -- --bind :5000 --certfile node.pem --keyfile node.key': { shows: /node\.pem/, code: 1 },
  'gaffer doctor --endpoint https://box:5000 --json': { shows: /"ok":/, code: [0, 1] },
};
