import { describe, expect, it } from 'vitest';
import { completionOf } from '../../../src/cli/completion/completion.ts';
import { type Known, NOTHING_KNOWN } from '../../../src/cli/completion/known.ts';
import { readTypedLine } from '../../../src/cli/completion/typed-line.ts';
import type { CompletedProgram } from '../../../src/cli/completion/word-kind.ts';
import { completed } from '../../../src/cli/gaffer/completed.ts';
import { COMMANDS, RULES } from '../../../src/cli/gaffer/main.ts';
import { COMMANDS as CTL_COMMANDS, RULES as CTL_RULES } from '../../../src/cli/gafferctl/main.ts';
import { WORDS as CTL_WORDS } from '../../../src/cli/gafferctl/words.ts';

const [GAFFER, GAFFERD, GAFFER_LOOKUPD] = completed({ commands: COMMANDS, ...RULES });

const GAFFERCTL: CompletedProgram = { name: 'gafferctl', commands: CTL_COMMANDS, ...CTL_RULES, words: CTL_WORDS, hasOldNames: true };

const KNOWN: Known = {
  ...NOTHING_KNOWN,
  app: 'shop',
  jobs: [
    { session: 'shop', job: 'web', about: 'node server.js', processes: [{ pid: 1, slot: 1 }] },
    { session: 'shop', job: 'worker', about: 'node worker.js', processes: [2, 3].map((pid) => ({ pid, slot: pid - 1 })) },
    { session: 'blog', job: 'web', about: 'stopped: php', processes: [{ pid: 9, slot: 0 }] },
  ],
  processTypes: [{ name: 'web', about: 'node server.js' }, { name: 'clock' }],
  users: [{ name: 'ada', about: 'a person' }],
  keys: [{ name: 'key-5f3c9a01b2d4', about: 'deploys' }],
  webhooks: [{ name: 'hook-1' }],
  outputs: ['out', 'err'],
  customStreams: ['control'],
  endpoints: [{ name: 'http://127.0.0.1:5000' }],
};

/** What is offered for the last word of a line, of what begins like it. */
function offered(line: string, program = GAFFER!, known = KNOWN): string {
  const words = line.split(' ').slice(1);
  const word = words.pop() ?? '';
  const { candidates, besides } = completionOf(readTypedLine(words, word, program), program, known);
  const texts = candidates.filter(({ text }) => text.startsWith(word)).map(({ text, isOpen }) => (isOpen === true ? `${text}…` : text));
  return [...texts, ...(besides === undefined ? [] : [`<${besides}>`])].join(' ');
}

describe('a command line', () => {
  it.each([
    // commands
    ['gaffer sta', 'start'],
    ['gaffer ps', 'ps ps:info ps:start'],
    ['gaffer ps:', 'ps:info ps:start'],
    ['gaffer ps:sc', 'ps:scale'],
    ['gaffer dev:', 'dev:start dev:run'],
    ['gaffer dev ', 'start run'],
    ['gaffer key ', 'create delete key-5f3c9a01b2d4'],
    ['gaffer key c', 'create'],
    ['gaffer certs ', 'create'],
    ['gaffer certs cr', 'create'],
    ['gaffer -f Procfile sta', 'start'],
    ['gaffer -f', '-f'],
    ['gaffer -f ', '<files>'],
    ['gaffer --procfile=', '<files>'],
    ['gaffer --endp', '--endpoint'],
    ['gaffer --ver', '--version'],
    ['gaffer --he', '--help'],
    ['gaffer help st', 'start stop'],
    ['gaffer help user:s', 'user:setpassword user:setkey'],
    ['gaffer completion ', 'bash zsh fish'],
    ['gaffer strat ', ''],
    ['gaffer nonsense web', ''],

    // options
    ['gaffer start --on', '--on-exit'],
    ['gaffer start --on-exit ', 'restart stop ignore'],
    ['gaffer start --on-exit=', '--on-exit=restart --on-exit=stop --on-exit=ignore'],
    ['gaffer start --on-exit=i', '--on-exit=ignore'],
    ['gaffer start --on-exit stop --on', ''],
    ['gaffer start --ex', '--except'],
    ['gaffer start -x web --ex', '--except'],
    ['gaffer start --no-', '--no-port --no-timestamp --no-color --no-align'],
    ['gaffer start --port 80 --no-p', ''],
    ['gaffer start --no-port --po', ''],
    ['gaffer start --direc', ''],
    ['gaffer start --directory ', '<folders>'],
    ['gaffer start -d', '-d'],
    ['gaffer start -d ', '<folders>'],
    ['gaffer start -dsrc', '<folders>'],
    ['gaffer dev:start --timestamp=', '--timestamp=clock --timestamp=iso --timestamp=none'],
    ['gaffer export --format j', 'json'],
    ['gaffer export --out ', '<files>'],
    ['gaffer start -e ', '<files>'],
    ['gaffer start -e .env,', ''],
    ['gaffer ps --api-key ', ''],
    ['gaffer ps --cacert ', '<files>'],
    ['gaffer ps -g ', 'http://127.0.0.1:5000'],
    ['gaffer commit web --on-', ''],
    ['gaffer user:add ada --permission shop+', 'shop+r shop+w shop+m'],
    ['gaffer user:add ada -p ', ''],
    ['gaffer user:add ada -k ', 'key-5f3c9a01b2d4'],
    ['gaffer certs:create --out ', '<folders>'],
    ['gaffer start -- --on', ''],

    // the Procfile
    ['gaffer start ', 'web clock'],
    ['gaffer start web ', 'clock'],
    ['gaffer start -x c', 'clock'],
    ['gaffer start -x web,', 'web,clock'],
    ['gaffer start -xc', '-xclock'],
    ['gaffer start --except=web,c', '--except=web,clock'],
    ['gaffer start -c ', 'web=… clock=… all=…'],
    ['gaffer start -c web=2,', 'web=2,clock=… web=2,all=…'],
    ['gaffer start --stdin w', 'web'],
    ['gaffer check -c cl', 'clock=…'],
    ['gaffer export ', 'web clock'],
    ['gaffer export web ', ''],
    ['gaffer run ', 'web clock <programs>'],
    ['gaffer run -e ', '<files>'],
    ['gaffer run npm ', '<files>'],
    ['gaffer run npm --on', '<files>'],
    ['gaffer run npm -- -x', '<files>'],

    // jobs and processes
    ['gaffer restart w', 'web worker worker.1 worker.2'],
    ['gaffer restart web.', 'web.1'],
    ['gaffer restart ', 'web worker blog.web worker.1 worker.2 shop blog 1 2 3 9'],
    ['gaffer restart web wor', 'worker worker.1 worker.2'],
    ['gaffer restart web we', ''],
    ['gaffer ps:stop b', 'blog.web blog'],
    ['gaffer ps stop b', 'blog.web blog'],
    ['gaffer unload ', 'web worker blog.web shop blog'],
    ['gaffer ps:start wo', 'worker'],
    ['gaffer ps ', 'info start shop blog'],
    ['gaffer ps shop ', ''],
    ['gaffer ps --app b', 'blog'],
    ['gaffer ps --app=b', '--app=blog'],
    ['gaffer commit ', 'web worker blog.web'],
    ['gaffer run --on-node w', 'web worker'],
    ['gaffer run -g http://x w', 'web worker'],
    ['gaffer -g http://x run w', 'web worker'],
    ['gaffer ps:info 9', '9'],
    ['gaffer logs --ps wo', 'worker worker.1 worker.2'],
    ['gaffer kill web ', expect.stringMatching(/^HUP INT QUIT .*TERM/) as string],
    ['gaffer kill web US', 'USR1 USR2'],
    ['gaffer kill web SIGUS', 'SIGUSR1 SIGUSR2'],
    ['gaffer send web ', ''],
    ['gaffer send web hello ', ''],
    ['gaffer send -s ', 'control'],
    ['gaffer recv web ', 'out err control'],
    ['gaffer scale ', 'web=… worker=… blog.web=… all=… shop blog'],
    ['gaffer scale w', 'web=… worker=…'],
    ['gaffer scale web=2 ', 'worker=… blog.web=… all=…'],
    ['gaffer scale web=2,w', 'web=2,worker=…'],
    ['gaffer scale blog ', 'shop.web=… shop.worker=… web=… all=…'],
    ['gaffer events job.s', 'job.shop.web job.shop.worker'],
    ['gaffer events ex', 'exit'],
    ['gaffer load ', 'shop blog <files>'],

    // keys and users
    ['gaffer user:del ', 'ada'],
    ['gaffer user ad', 'add ada'],
    ['gaffer login -u ', 'ada'],
    ['gaffer key:delete ', 'key-5f3c9a01b2d4'],
    ['gaffer keys --parent k', 'key-5f3c9a01b2d4'],
    ['gaffer key:create +', '+a +u +k +m +w +r'],
    ['gaffer key:create shop', 'shop+r shop+w shop+m'],
    ['gaffer key:create shop.we', 'shop.web+r shop.web+w shop.web+m'],
    ['gaffer user:add ', ''],
  ])('%s offers %s', (line, expected) => {
    expect(offered(line)).toEqual(expected);
  });

  it.each([
    ['gafferd --bi', '--bind'],
    ['gafferd --log-level ', 'critical error warning info debug'],
    ['gafferd --log-format=', '--log-format=text --log-format=json'],
    ['gafferd -v --verb', '--verbose'],
    ['gafferd -c ', '<files>'],
    ['gafferd ', '<files>'],
    ['gafferd --state-dir ', '<folders>'],
    ['gafferd --user ', ''],
  ])('%s offers %s', (line, expected) => {
    expect(offered(line, GAFFERD)).toBe(expected);
  });

  it.each([
    ['gaffer_lookupd --bi', '--bind'],
    ['gaffer_lookupd --store ', 'memory'],
    ['gaffer_lookupd --log-level d', 'debug'],
    ['gaffer_lookupd --cacert ', '<files>'],
    ['gaffer_lookupd --state-dir ', '<folders>'],
    ['gaffer_lookupd --create-key ', ''],
    ['gaffer_lookupd ', ''],
    ['gaffer_lookupd --de', '--delete-key'],
  ])('%s offers %s', (line, expected) => {
    expect(offered(line, GAFFER_LOOKUPD)).toBe(expected);
  });

  it.each([
    ['gafferctl get_', 'get_process'],
    ['gafferctl session:st', 'session:start session:stop'],
    ['gafferctl session ', 'start stop reload unload'],
    ['gafferctl start sh', 'shop:web shop:worker'],
    ['gafferctl start shop:w', 'shop:web shop:worker'],
    ['gafferctl start shop.w', 'shop.web shop.worker'],
    ['gafferctl kill shop:worker.', 'shop:worker.1 shop:worker.2'],
    ['gafferctl add shop.web ', ''],
    ['gafferctl kill 9 TE', 'TERM'],
    ['gafferctl jobs ', 'shop blog'],
    ['gafferctl process:stop shop.worker.', 'shop.worker.1 shop.worker.2'],
    ['gafferctl process:tail 1 --stream ', 'out err control'],
    ['gafferctl watch proc.', 'proc.shop:web proc.shop:worker proc.blog:web'],
    ['gafferctl webhook:delete ', 'hook-1'],
    ['gafferctl --connect ', 'http://127.0.0.1:5000'],
    ['gafferctl load_process ', '<files>'],
  ])('%s offers %s', (line, expected) => {
    expect(offered(line, GAFFERCTL, { ...KNOWN, app: 'default' })).toBe(expected);
  });

  it('offers no name that would be taken for an option', () => {
    const jobs = ['--no-input', '-f', 'web'].map((job) => ({ session: 'shop', job, about: '', processes: [] }));
    expect(offered('gaffer unload ', GAFFER, { ...KNOWN, jobs })).toBe('web shop');
    expect(offered('gaffer unload --no-input ', GAFFER, { ...KNOWN, jobs: jobs.slice(0, 2) })).toBe('shop');
  });

  it('tells beside each command and option what it is', () => {
    const told = (line: string): unknown => {
      const words = line.split(' ');
      const word = words.pop() ?? '';
      return completionOf(readTypedLine(words, word, GAFFER!), GAFFER!, KNOWN).candidates.find(({ text }) => text === word);
    };
    expect(told('check')).toMatchObject({ about: 'Check the Procfile, .env and gaffer.ini' });
    expect(told('start --env')).toMatchObject({ about: expect.stringMatching(/^an environment file/) as string });
    expect(told('ps --no-color')).toMatchObject({ about: expect.stringMatching(/^not: colours/) as string });
    expect(told('restart worker.2')).toMatchObject({ about: 'pid 3' });
    expect(told('restart 9')).toMatchObject({ about: 'blog.web, committed' });
    expect(told('kill 1 HUP')).toMatchObject({ about: '1' });
    expect(told('ps --app shop')).toMatchObject({ about: 'an application of 2 jobs' });
    expect(told('scale worker=')).toMatchObject({ about: 'now 2: node worker.js' });
  });
});
