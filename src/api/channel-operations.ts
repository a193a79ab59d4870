import { GafferError } from '../errors.ts';
import { type Operation, type Paths, word } from './operation.ts';

const MODE = { mode: word('1 to read, 2 to write, 3 for both (the default)') };

/** Where there is a WebSocket to a process. `channels/` serves it; a request that asks for none is told so. */
export const CHANNEL_OPERATIONS: Paths = {
  '/:pid/channel': { GET: webSocket('processChannel', 'A WebSocket to the first output and the stdin of a process, in frames', MODE) },
  '/:pid/channel/:label': { GET: webSocket('streamChannel', 'A WebSocket to an output or a custom stream of a process, in frames', MODE) },
  '/wstreams/:pid': { GET: webSocket('plainChannel', 'A WebSocket to the first output and the stdin of a process, bytes as they are') },
};

function webSocket(id: string, summary: string, query: Operation['query'] = {}): Operation {
  return {
    id,
    need: 'public',
    summary,
    query,
    success: { status: 101, description: 'the WebSocket; docs/live.md tells what it says', type: 'application/octet-stream' },
    answer: () => Promise.reject(new GafferError('bad_request', 'expected a WebSocket here: a GET with "Upgrade: websocket"')),
  };
}
