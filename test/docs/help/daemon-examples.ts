import type { ExampleOutcome } from '../../support/example-shell.ts';

const LISTENS = /gafferd [\d.]+ listens on /;

/** Examples that start gafferd. */
export const DAEMON_EXAMPLES: Readonly<Record<string, ExampleOutcome>> = {
  gafferd: { shows: LISTENS, goesOn: true, code: 0 },
  'gafferd -c /etc/gaffer -v': { shows: /listens on [^]*dummy/, goesOn: true, code: 0 },
  'gafferd --bind 127.0.0.1:5000 --bind unix:/run/gafferd.sock': { shows: /listens on .*, unix:.*\/run\/gafferd\.sock/, goesOn: true, code: 0 },
  'gafferd -c gafferd.ini --check-config': { shows: /gafferd\.ini: ok, 1 job/ },
  'gafferd -c gafferd.ini --upgrade': {
    before: 'gafferd -c gafferd.ini 2> upgrade.log & until grep -q listens upgrade.log; do sleep 0.05; done',
    shows: /gafferd [\d.]+ \(pid \d+\) has taken over from pid \d+/,
    behind: 'kill $(sed -n "s/.*(pid \\([0-9]*\\)) has taken over$/\\1/p" upgrade.log); until grep -q "stopped$" upgrade.log; do sleep 0.05; done',
  },
  'gafferd --create-admin-user --username me': {
    shows: /[0-9a-f]{32}/,
    typed: [
      ['password: ', 'a long password\r'],
      ['confirm password: ', 'a long password\r'],
    ],
  },
  'gafferd --daemon --pidfile /run/gafferd.pid --error-log /var/log/gafferd.log': {
    shows: /gafferd runs in the background with pid \d+/,
    // a zombie has no environment
    behind: 'pid=$(cat run/gafferd.pid); kill $pid; while grep -q PATH= /proc/$pid/environ; do sleep 0.05; done 2> /dev/null',
  },
};
