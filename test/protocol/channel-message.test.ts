import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GafferError } from '../../src/errors.ts';
import { commandError, commandSuccess, parseClientMessage, subscriptionError, subscriptionSuccess } from '../../src/protocol/channel-message.ts';

function parse(text: string): ReturnType<typeof parseClientMessage> {
  return parseClientMessage(text, (json) => JSON.parse(json) as unknown);
}

describe('what a client says', () => {
  it.each([
    ['{"event":"NOP"}', { kind: 'nop' }],
    ['{"event":"NOP","data":7}', { kind: 'nop' }],
    ['AUTH: 0123 ', { kind: 'auth', key: '0123' }],
    ['{"event":"SUB","data":{"topic":"EVENTS","since":4}}', { kind: 'subscribe', topic: 'EVENTS', options: { since: 4 } }],
    ['{"event":"UNSUB","data":{"topic":"EVENTS"}}', { kind: 'unsubscribe', topic: 'EVENTS' }],
    ['{"event":"CMD","data":{"identity":0,"name":"jobs"}}', { kind: 'command', id: 0, name: 'jobs', args: [], kwargs: {} }],
    [
      '{"event":"CMD","data":{"identity":"a","name":"scale","args":["web","+1"],"kwargs":null}}',
      { kind: 'command', id: 'a', name: 'scale', args: ['web', '+1'], kwargs: {} },
    ],
  ])('%s', (text, message) => {
    expect(parse(text)).toEqual(message);
  });

  it('is read from any text without a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((data) => `{"event":"CMD","data":${data}}`),
        ),
        (text) => typeof parse(text).kind === 'string',
      ),
    );
  });
});

describe('what is answered', () => {
  it('to a subscription', () => {
    expect(subscriptionSuccess('EVENTS')).toEqual({ event: 'gaffer:subscription_success', topic: 'EVENTS' });
    expect(subscriptionSuccess('EVENTS', { seq: 1 })).toEqual({ event: 'gaffer:subscription_success', topic: 'EVENTS', data: { seq: 1 } });
  });

  it.each([
    [new GafferError('process_not_found', 'no process 3'), { reason: 'invalid_process', message: 'no process 3' }],
    [new GafferError('stream_not_found', 'no stream'), { reason: 'stream_not_found', message: 'no stream' }],
    [new GafferError('events_gone', 'too old'), { reason: 'gone', message: 'too old' }],
    [new Error('a secret'), { reason: 'internal_error', message: 'the node has failed at it; its log tells more' }],
  ])('to a subscription that can not be, in both forms: %s', (error, told) => {
    expect(subscriptionError('T', error)).toEqual({ event: 'gaffer:subscription_error', topic: 'T', data: { topic: 'T', ...told } });
  });

  it.each([
    [new GafferError('process_not_found', 'x'), 404, 'not_found'],
    [new GafferError('job_not_found', 'x'), 404, 'not_found'],
    [new GafferError('command_not_found', 'x'), 404, 'command_not_found'],
    [new GafferError('job_exists', 'x'), 409, 'process_conflict'],
    [new GafferError('bad_request', 'x'), 400, 'bad_command'],
    [new GafferError('config_missing', 'x'), 400, 'config_missing'],
    [new GafferError('invalid_config', 'x'), 400, 'invalid_config'],
    [new GafferError('stream_not_found', 'x'), 404, 'stream_not_found'],
  ])('to a command that fails with %s', (error, errno, reason) => {
    expect(commandError(7, error)).toEqual({ event: 'gaffer:command_error', data: { id: 7, error: { errno, reason, message: 'x' } } });
  });

  it('to a command', () => {
    expect(commandSuccess('a', { ok: true })).toEqual({ event: 'gaffer:command_success', data: { id: 'a', result: { ok: true } } });
  });
});
