import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './rig.ts';

describe('the lines of [webhooks]', () => {
  test('name an event, the beginning of some, or all, and one address or several', ({ rig }) => {
    const text = `[gaffer]
[webhooks]
spawn = http://one http://two
Job.Shop.Web.exit = https://me:50%%25@three/?a=%%20b
job.shop: http://four
create = http://five
proc.dummy.spawn = http://six
. = http://seven/#all`;
    const place = (line: number): string => `${join(rig.home, 'x.ini')}:${line}`;
    expect(rig.config(text).webhooks).toEqual([
      { event: 'spawn', url: 'http://one/', secret: undefined, place: place(3) },
      { event: 'spawn', url: 'http://two/', secret: undefined, place: place(3) },
      { event: 'job.Shop.Web.exit', url: 'https://me:50%25@three/?a=%20b', secret: undefined, place: place(4) },
      { event: 'job.shop', url: 'http://four/', secret: undefined, place: place(5) },
      { event: 'create', url: 'http://five/', secret: undefined, place: place(6) },
      { event: 'proc.dummy.spawn', url: 'http://six/', secret: undefined, place: place(7) },
      { event: '.', url: 'http://seven/', secret: undefined, place: place(8) },
    ]);
  });

  test('may name what was never told, which old pages have', ({ rig }) => {
    expect(rig.findings('[gaffer]\n[webhooks]\nRestart = http://a\nspawn = http://a')).toEqual([
      'x.ini:3: [webhooks] restart: no event has this name, and nothing will be sent; "reap", "exit" and "spawn" tell of a restart',
    ]);
    expect(rig.read().config?.webhooks.map(({ event }) => event)).toEqual(['spawn']);
  });

  const expected = 'expected the name of an event like "spawn" or "job.shop.web.exit", the beginning of one like "job.shop", or "." for all';

  test.for<[string, readonly unknown[]]>([
    ['spwan = http://a http://b', [`x.ini:3: [webhooks] spwan: ${expected}, got "spwan"; did you mean "spawn"?`]],
    ['spawn = a http://b ftp://me:pw@c', ['"a"', '"ftp://***@c"'].map((got) => expect.stringContaining(got) as unknown)],
    ['proc.shop:web.spawn = http://a', ['"web.spawn"', '"="'].map((got) => expect.stringContaining(got) as unknown)],
    ['spawn = http://a http://A/', ['x.ini:3: [webhooks] spawn: x.ini:3 says this already; remove one']],
    ['job.shop = http://a\njob.Shop = http://a', ['x.ini:4: key "job.shop" is there twice in [webhooks], on lines 3 and 4; remove one']],
  ])('have to make sense: %j', ([lines, findings], { rig }) => {
    expect(rig.findings(`[gaffer]\n[webhooks]\n${lines}`)).toEqual(findings);
  });
});

describe('a section [webhook:NAME]', () => {
  test('has an address, one event or several, and a secret or a file with it', ({ rig }) => {
    rig.write('conf/secret', '  from a file \n');
    const text = `[gaffer]
[webhook:chat]
event = spawn, job.Shop.Web
    exit
url = https://hooks.example/chat
secret = 100%% sure
[webhook:pager]
event = give_up
url = https://hooks.example/pager
secret_file = conf/secret`;
    const place = (line: number): string => `${join(rig.home, 'x.ini')}:${line}`;
    const chat = { url: 'https://hooks.example/chat', secret: '100% sure', place: place(3) };
    expect(rig.config(text).webhooks).toEqual([
      { ...chat, event: 'spawn' },
      { ...chat, event: 'job.Shop.Web' },
      { ...chat, event: 'exit' },
      { event: 'give_up', url: 'https://hooks.example/pager', secret: 'from a file', place: place(8) },
    ]);
  });

  test('may be in an included file, beside which its secret is', ({ rig }) => {
    rig.write('conf/hook.ini', '[webhook:a]\nevent = .\nurl = http://a\nsecret_file = key');
    rig.write('conf/key', 'k');
    expect(rig.config('[gaffer]\ninclude = conf/hook.ini').webhooks).toMatchObject([{ secret: 'k', place: join(rig.home, 'conf/hook.ini:2') }]);
  });

  test.for<[string, readonly unknown[]]>([
    ['', ['x.ini:2: [webhook:a]: expected an event and a url, got no event and no url']],
    ['url = http://a', ['x.ini:2: [webhook:a]: expected an event and a url, got no event']],
    ['event = spawn', ['x.ini:2: [webhook:a]: expected an event and a url, got no url']],
    ['event =\nurl = http://a', ['x.ini:2: [webhook:a]: expected an event and a url, got no event']],
    ['event = spawn\nurl = http://a http://b', [expect.stringContaining('x.ini:4: [webhook:a] url: expected an address') as unknown]],
    ['event = spawn loud\nurl = b', [expect.stringContaining('got "loud"') as unknown, expect.stringContaining('got "b"') as unknown]],
    [
      'events = spawn\nurl = http://a',
      ['[webhook:a]: expected', '[webhook:a] events: no such key; did you mean "event"?'].map((part) => expect.stringContaining(part) as unknown),
    ],
    [
      'event = spawn\nurl = http://a\nsecret =',
      ['x.ini:5: [webhook:a] secret: expected a text of 1 to 1024 characters on one line for a secret, got something else'],
    ],
    [
      'event = spawn\nurl = http://a\nsecret = x\nsecret_file = y',
      [
        'x.ini:6: [webhook:a] secret_file: x.ini:5 says this already; remove one',
        expect.stringContaining('cannot read y: there is no such file') as unknown,
      ],
    ],
    [
      'event = spawn\nurl = http://a\nsecret_file = two',
      ['x.ini:5: [webhook:a] secret_file: expected one line with the secret in two, got something else'],
    ],
    ['event = spawn\nurl = http://a\nsecret_file = empty', [expect.stringContaining('one line with the secret in empty') as unknown]],
    ['event = spawn\nurl = http://a\n[webhooks]\nspawn = http://a/', ['x.ini:3: [webhook:a] event: x.ini:6 says this already; remove one']],
  ])('is checked as all others are: %j', ([lines, findings], { rig }) => {
    rig.write('two', 'one\ntwo\n');
    rig.write('empty', '\n');
    expect(rig.findings(`[gaffer]\n[webhook:a]\n${lines}`)).toEqual(findings);
  });
});
