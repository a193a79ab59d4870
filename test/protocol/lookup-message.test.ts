import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLookupMessage, refusalOf } from '../../src/protocol/lookup-message.ts';

const IDENTIFY = { type: 'IDENTIFY', msgid: 'm', name: 'a', origin: 'http://a:5000', version: '0.1' };

function read(value: unknown): unknown {
  const result = readLookupMessage(typeof value === 'string' ? value : JSON.stringify(value));
  return 'message' in result ? result.message : result.refusal;
}

describe('what a node says', () => {
  it.each<readonly [object, object]>([
    [IDENTIFY, IDENTIFY],
    [
      { ...IDENTIFY, generation: 7 },
      { ...IDENTIFY, generation: 7 },
    ],
    [{ ...IDENTIFY, extra: true }, IDENTIFY],
    ...['https://a', 'unix:///run/g.sock', 'unix:/run/g.sock', 'a:5000', 'a', '10.0.0.1:5000', '[::1]:5000', 'fe80::1', 'größe.example:1'].map(
      (origin): [object, object] => [
        { ...IDENTIFY, origin },
        { ...IDENTIFY, origin },
      ],
    ),
    [
      { type: 'PING', msgid: 1 },
      { type: 'PING', msgid: '1' },
    ],
    [
      { type: 'PING', msgid: '', seq: 4 },
      { type: 'PING', msgid: '', seq: 4 },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm', job_name: 'shop.web' },
      { type: 'REGISTER_JOB', msgid: 'm', job_name: 'shop.web' },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm', job_name: 'web', seq: 0 },
      { type: 'REGISTER_JOB', msgid: 'm', job_name: 'default.web', seq: 0 },
    ],
    [
      { type: 'UNREGISTER_JOB', msgid: 'm', job_name: 'shop.a.b' },
      { type: 'UNREGISTER_JOB', msgid: 'm', job_name: 'shop.a.b' },
    ],
    [
      { type: 'REGISTER_PROCESS', msgid: 'm', job_name: 'web', pid: 3 },
      { type: 'REGISTER_PROCESS', msgid: 'm', job_name: 'default.web', pid: 3 },
    ],
    [
      { type: 'UNREGISTER_PROCESS', msgid: 'm', job_name: 'web', pid: 0, seq: 9 },
      { type: 'UNREGISTER_PROCESS', msgid: 'm', job_name: 'default.web', pid: 0, seq: 9 },
    ],
  ])('%j', (value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  it.each<readonly [unknown, object]>([
    ['{', { errno: 400, reason: 'invalid_json', msgid: null }],
    ['[]', { errno: 400, reason: 'invalid_json', msgid: null }],
    ['null', { errno: 400, reason: 'invalid_json', msgid: null }],
    ['', { errno: 400, reason: 'invalid_json', msgid: null }],
    [{ type: 'PING' }, { errno: 400, reason: 'invalid_message', msgid: null, message: expect.stringContaining('msgid') as string }],
    [
      { type: 'PING', msgid: null },
      { errno: 400, reason: 'invalid_message', msgid: null },
    ],
    [{ msgid: 'm' }, { errno: 400, reason: 'invalid_message', msgid: 'm', message: expect.stringContaining('got no type') as string }],
    [
      { type: 'ADD_JOB', msgid: 'm', job_name: 'web' },
      { errno: 400, reason: 'invalid_message_type', msgid: 'm' },
    ],
    [
      { type: 'toString', msgid: 'm' },
      { errno: 400, reason: 'invalid_message_type', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, name: undefined },
      { errno: 400, reason: 'invalid_message', msgid: 'm', message: 'name: expected a text without blanks, got nothing' },
    ],
    [
      { ...IDENTIFY, name: '' },
      { errno: 400, reason: 'invalid_message', msgid: 'm', message: 'name: expected a text without blanks, got ""' },
    ],
    [
      { ...IDENTIFY, name: 'x'.repeat(2000) },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, name: 'a b' },
      { errno: 400, reason: 'invalid_message', msgid: 'm', message: 'name: expected a text without blanks, got "a b"' },
    ],
    [
      { ...IDENTIFY, name: 'a\u001b[2J' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, origin: 'http://a b' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, origin: 7 },
      {
        errno: 400,
        reason: 'invalid_message',
        msgid: 'm',
        message: 'origin: expected an address like "http://host:5000" or "unix:///run/gafferd.sock", got 7',
      },
    ],
    ...['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,x', 'ftp://a', 'file:///etc/passwd', 'http://', 'unix:', '//a', '<b>'].map(
      (origin): [object, object] => [
        { ...IDENTIFY, origin },
        {
          errno: 400,
          reason: 'invalid_message',
          msgid: 'm',
          message: `origin: expected an address like "http://host:5000" or "unix:///run/gafferd.sock", got ${JSON.stringify(origin)}`,
        },
      ],
    ),
    ...['shop.a\nb', 'shop.\u001b[2J', '\r.web', 'we\u0000b', 'shop.a\u2028b', 'shop.a\u009bb'].map((job_name): [object, object] => [
      { type: 'REGISTER_JOB', msgid: 'm', job_name },
      {
        errno: 400,
        reason: 'invalid_message',
        msgid: 'm',
        message: `job_name: expected a name like "shop.web", without control characters, got ${JSON.stringify(job_name)}`,
      },
    ]),
    [
      { type: 'UNREGISTER_PROCESS', msgid: 'm', job_name: 'shop.a\nb', pid: 1 },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, version: null },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, generation: -1 },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, generation: '7' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { ...IDENTIFY, generation: 2 ** 53 },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'PING', msgid: 'm', seq: 1.5 },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm', job_name: '' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm', job_name: '.web' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_JOB', msgid: 'm', job_name: 'shop.' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_PROCESS', msgid: 'm', job_name: 'web' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'REGISTER_PROCESS', msgid: 'm', job_name: 'web', pid: '3' },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
    [
      { type: 'UNREGISTER_PROCESS', msgid: 'm', pid: 3 },
      { errno: 400, reason: 'invalid_message', msgid: 'm' },
    ],
  ])('%j is refused', (value, refusal) => {
    expect(read(value)).toMatchObject(refusal);
  });

  it('is read from any text without a failure, and a refusal is short', () => {
    const types = fc.constantFrom('IDENTIFY', 'PING', 'REGISTER_JOB', 'UNREGISTER_PROCESS', 'x');
    const message = fc.record(
      {
        type: types,
        msgid: fc.anything(),
        name: fc.anything(),
        origin: fc.string(),
        version: fc.string(),
        job_name: fc.oneof(fc.string(), fc.anything()),
        pid: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((value) => JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))),
    );
    fc.assert(
      fc.property(text, (one) => {
        const result = readLookupMessage(one);
        if ('message' in result) {
          expect(typeof result.message.msgid).toBe('string');
        } else {
          expect(result.refusal.errno).toBe(400);
          expect(result.refusal.message?.length).toBeLessThan(200);
        }
      }),
    );
  });
});

describe('a refusal', () => {
  it('has a text only where there is something to say', () => {
    expect(refusalOf('m', 409, '')).toEqual({ errno: 409, reason: '', msgid: 'm' });
    expect(refusalOf(null, 404, 'x', 'why')).toEqual({ errno: 404, reason: 'x', msgid: null, message: 'why' });
  });
});
