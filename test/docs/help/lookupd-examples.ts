import type { ExampleOutcome } from '../../support/example-shell.ts';

const LISTENS = /gaffer_lookupd [\d.]+ listens on http:\/\/127\.0\.0\.1:\d+/;

const KEY = /^The key 'key-\w+' has been created\.\nAPI Key: [0-9a-f]{32}\n$/;

/** Examples that start gaffer_lookupd, or make keys for one; there is no etcd. */
export const LOOKUPD_EXAMPLES: Readonly<Record<string, ExampleOutcome>> = {
  gaffer_lookupd: { shows: LISTENS, goesOn: true, code: 0 },
  'gaffer_lookupd --bind 127.0.0.1:5010 --bind unix:/run/lookupd.sock': {
    shows: /listens on .*, unix:.*\/run\/lookupd\.sock/,
    goesOn: true,
    code: 0,
  },
  'gaffer_lookupd --create-key box+m --label box': { shows: KEY },
  "gaffer_lookupd --create-key '*+r' --label dashboard": { shows: KEY },
  'gaffer_lookupd --list-keys': { shows: /^key-\w+ {2}box\+m {2}box\nkey-\w+ {2}\*\+r {2}dashboard\n$/ },
  'gaffer_lookupd --store etcd://127.0.0.1:2379': { shows: /etcd is away, answers go on [^]*listens on/, goesOn: true, code: 0 },
  'gaffer_lookupd --daemon --pidfile /run/lookupd.pid --error-log /var/log/lookupd.log': {
    shows: /gaffer_lookupd runs in the background with pid \d+/,
    // a zombie has no environment
    behind: 'pid=$(cat run/lookupd.pid); kill $pid; while grep -q PATH= /proc/$pid/environ; do sleep 0.05; done 2> /dev/null',
  },
};
