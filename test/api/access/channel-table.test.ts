import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../../src/protocol/frame.ts';
import { ChannelClient, type ServerMessage } from '../../support/channel-client.ts';
import { COMMANDS, PROCESS_CHANNELS, TOPICS } from './channels-table.ts';
import { STRANGERS, type Word } from './key-kinds.ts';
import { LockedRig, refusedWith } from './locked-rig.ts';

describe('the table of what the control channel needs', () => {
  it('has a row for each command', async () => {
    const rig = await LockedRig.open();
    const channel = await channelOf(rig, 'nothing');
    const { error } = (await channel.command('no such thing')) as { readonly error: { readonly message: string } };
    const [, names = ''] = /there are (.*)$/.exec(error.message) ?? [];
    expect(Object.keys(COMMANDS).sort()).toEqual(names.split(', ').sort());
  });

  it('is kept to for every topic and every command with every kind of key, and nothing is done for who is refused', {
    timeout: 180_000,
  }, async () => {
    const rig = await LockedRig.open();
    for (const kind of rig.kinds.filter((one) => !Object.hasOwn(STRANGERS, one))) {
      const channel = await channelOf(rig, kind);
      for (const [topic, needs] of Object.entries(TOPICS)) {
        const isRefused = refusedWith(kind, needs) !== undefined;
        const { event, data } = await channel.subscribe(topic);
        const asked = rig.asked();
        const seen = { kind, topic, event, reason: (data as ServerMessage | undefined)?.['reason'] };
        expect(seen).toEqual({ kind, topic, ...(isRefused ? REFUSED_TOPIC : { event: 'gaffer:subscription_success', reason: undefined }) });
        expect({ kind, topic, wasAsked: asked.length > 0 }).toEqual({ kind, topic, wasAsked: !isRefused && topic !== topic.toLowerCase() });
      }
      for (const [name, rows] of Object.entries(COMMANDS)) {
        for (const { needs, args, kwargs } of rows) {
          const isRefused = refusedWith(kind, needs) !== undefined;
          const { result, error } = await channel.command(name, args, kwargs);
          const { errno, reason } = (error ?? {}) as ServerMessage;
          const row = { kind, name, args, kwargs };
          expect({ ...row, isDone: result !== undefined, errno, reason }).toEqual({
            ...row,
            isDone: !isRefused,
            ...(isRefused ? { errno: 403, reason: 'forbidden' } : { errno: undefined, reason: undefined }),
          });
          const asked = rig.asked();
          expect({ ...row, isDone: asked.length > 0 }).toEqual({ ...row, isDone: !isRefused && name !== 'process_info' });
        }
      }
    }
  });

  it.each(['unknown', 'deleted'])('lets nobody in with a key that is %s, however it is shown', async (kind) => {
    const rig = await LockedRig.open();
    await expect(ChannelClient.open(rig.api.port, undefined, { 'x-api-key': rig.secrets.get(kind) ?? '' })).rejects.toThrow('403');
    const channel = await ChannelClient.open(rig.api.port);
    channel.say(`AUTH:${rig.secrets.get(kind)}`);
    channel.say({ event: 'SUB', data: { topic: 'EVENTS' } });
    channel.say({ event: 'CMD', data: { identity: 1, name: 'stop_job', args: ['shop.web'] } });
    await channel.closing();
    expect(channel.messages).toEqual([sentAway('forbidden', 403)]);
    expect(rig.asked()).toEqual([]);
  });

  it('lets nobody in who begins with anything but a key', { timeout: 180_000 }, async () => {
    const rig = await LockedRig.open();
    for (const first of [
      { event: 'SUB', data: { topic: 'EVENTS' } },
      { event: 'CMD', data: { identity: 1, name: 'stop_job', args: ['shop.web'] } },
      { event: 'NOP' },
      { event: 'no such thing' },
      'no JSON',
      'auth:in lower case',
      ' AUTH:behind a blank',
    ]) {
      const channel = await ChannelClient.open(rig.api.port);
      channel.say(first);
      channel.say(`AUTH:${rig.secrets.get('admin')}`);
      channel.say({ event: 'CMD', data: { identity: 2, name: 'stop_job', args: ['shop.web'] } });
      await channel.closing();
      expect([first, channel.messages]).toEqual([first, [sentAway('unauthorized', 401)]]);
      expect(rig.asked()).toEqual([]);
    }
  });
});

describe('the table of what channels to a process need', () => {
  it('is kept to with every kind of key, and nothing is opened for who is refused', { timeout: 180_000 }, async () => {
    const rig = await LockedRig.open();
    for (const [path, needs] of Object.entries(PROCESS_CHANNELS)) {
      for (const kind of rig.kinds) {
        const isRefused = refusedWith(kind, needs) !== undefined;
        const { socket, first } = openProcessChannel(rig, kind, path);
        const answer = await first;
        socket.terminate();
        expect([kind, path, answer]).toEqual([kind, path, isRefused ? refusalOf(kind) : allowed(needs)]);
        const asked = rig.asked().length > 0;
        expect({ kind, path, asked }).toEqual({ kind, path, asked: !isRefused });
      }
    }
  });

  it('is kept to when the key is shown in the first frame', { timeout: 180_000 }, async () => {
    const rig = await LockedRig.open();
    for (const [path, needs] of Object.entries(PROCESS_CHANNELS)) {
      for (const kind of ['unknown', 'read shop.web', 'write shop.web', 'read shop.db', 'admin below read shop.web']) {
        const isRefused = refusedWith(kind, needs) !== undefined;
        const { socket, first } = openProcessChannel(rig, undefined, path, `AUTH:${rig.secrets.get(kind)}`);
        const answer = await first;
        socket.terminate();
        expect([kind, path, answer]).toEqual([kind, path, isRefused ? 'FORBIDDEN' : allowed(needs)]);
        const asked = rig.asked().length > 0;
        expect({ kind, path, asked }).toEqual({ kind, path, asked: !isRefused });
      }
    }
  });
});

const REFUSED_TOPIC = { event: 'gaffer:subscription_error', reason: 'forbidden' };

function sentAway(word: string, errno: number): ServerMessage {
  const reason = JSON.stringify({ error: word, errno });
  return { event: 'gaffer:error', data: { error: 'AUTH_REQUIRED', reason, message: expect.any(String) as string } };
}

async function channelOf(rig: LockedRig, kind: string): Promise<ChannelClient> {
  return await ChannelClient.open(rig.api.port, undefined, { 'x-api-key': rig.secrets.get(kind) ?? '' });
}

/** Who only wanted to read may not write, whatever his key says. */
function allowed(needs: Word): string {
  return needs === 'read web' ? 'EPERM' : 'written';
}

/** Who has no key is asked for one when he writes; one that will not do is refused at once; the rest is told on the channel. */
function refusalOf(kind: string): string {
  if (kind === 'none') {
    return 'AUTH_REQUIRED';
  }
  return ['unknown', 'deleted'].includes(kind) ? 'refused with 403' : 'FORBIDDEN';
}

/** Opens a channel, shows the key first if there is one to show, and writes; `first` is what comes of that: `written`, or why not. */
function openProcessChannel(rig: LockedRig, kind: string | undefined, path: string, auth?: string): { socket: WebSocket; first: Promise<string> } {
  const secret = kind === undefined ? undefined : rig.secrets.get(kind);
  const format = path.startsWith('/wstreams') ? PLAIN : FRAMES;
  const socket = new WebSocket(`ws://127.0.0.1:${rig.api.port}${path}`, { headers: secret === undefined ? {} : { 'x-api-key': secret } });
  const first = new Promise<string>((resolve) => {
    socket.on('error', ({ message }) => resolve(message.replace(/^.*: (\d+)$/, 'refused with $1')));
    socket.on('close', (code) => resolve(`closed with ${code}`));
    socket.on('open', () => {
      if (auth !== undefined) {
        socket.send(format.bytes('key', auth));
      }
      socket.send(format.bytes('text', LINE));
    });
    socket.on('message', (data: Buffer) => {
      const outcome = format.outcome(data);
      if (outcome !== undefined) {
        resolve(outcome);
      }
    });
  });
  return { socket, first };
}

const LINE = 'a line\n';

/** How channels say things. */
interface Format {
  bytes(id: string, text: string): Buffer;
  /** What became of the line; undefined where a message says something else. */
  outcome(data: Buffer): string | undefined;
}

const FRAMES: Format = {
  bytes: (id, text) => encodeFrame({ type: 'message', id, body: Buffer.from(text) }),
  outcome: (data) => {
    const { type, id, body } = decodeFrame(data) ?? { type: 'message', id: '', body: '' };
    if (type === 'message' || id === 'key') {
      return undefined;
    }
    return type === 'response' ? 'written' : errorIn(Buffer.from(body));
  },
};

/** The process echoes what it is written. */
const PLAIN: Format = {
  bytes: (_, text) => Buffer.from(text),
  outcome: (data) => (data.toString() === LINE ? 'written' : errorIn(data)),
};

function errorIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { readonly error: string }).error;
}
