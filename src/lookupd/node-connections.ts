import type { WebSocket } from 'ws';
import type { Caller } from '../api/access/caller.ts';
import type { Doorkeeper } from '../api/access/doorkeeper.ts';
import { CLOSE, Message } from '../api/channels/peer.ts';
import type { WebSocketPeer } from '../api/channels/web-socket-peer.ts';
import { GafferError } from '../errors.ts';
import { type LookupEvent, UNKNOWN_NODE } from '../protocol/lookup-event.ts';
import { readLookupMessage } from '../protocol/lookup-message.ts';
import { identityOf, type NodeEntry } from './node-entry.ts';
import { type SessionState, stepOf, UNIDENTIFIED } from './node-session.ts';
import type { TopologyStore } from './store.ts';

/** What the connections of nodes need. */
export interface NodeConnectionsOptions {
  readonly store: TopologyStore;
  /** Sends nodes away whose keys are deleted. */
  readonly door: Doorkeeper;
  /** Is told of nodes that come and go without having said who they are: the store knows nothing of them. */
  readonly onEvents: (events: readonly LookupEvent[]) => void;
  readonly log: (line: string) => void;
}

/** One node's connection. */
interface NodeConnection {
  readonly peer: WebSocketPeer;
  state: SessionState;
  /** What was taken, and is not in the store yet. */
  waiting: boolean;
}

/** Answers under way to a node that does not read them, with which it is given up. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The nodes that are connected here: takes what they tell, and forgets it when they go. */
export class NodeConnections {
  readonly #options: NodeConnectionsOptions;
  readonly #connections = new Set<NodeConnection>();
  /** Those that have not said who they are. */
  readonly #unknown = new Set<NodeConnection>();
  /** By identity. */
  readonly #speakers = new Map<string, NodeConnection>();

  constructor(options: NodeConnectionsOptions) {
    this.#options = options;
  }

  /** How many have not said who they are. */
  get unknown(): number {
    return this.#unknown.size;
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Takes a node's connection. @param caller who has shown a key with it; undefined where none is asked for */
  add(webSocket: WebSocket, peer: WebSocketPeer, caller: Caller): void {
    const connection: NodeConnection = { peer, state: UNIDENTIFIED, waiting: false };
    this.#connections.add(connection);
    this.#unknown.add(connection);
    this.#options.onEvents([{ event: 'add_node', ...UNKNOWN_NODE }]);
    webSocket.on('message', (data: Buffer) => this.#receive(connection, data.toString(), caller));
    const sendAway = (reason: string): void => {
      this.#remove(connection); // what it still says counts no more
      peer.close(CLOSE.policy, reason);
    };
    const leave = this.#options.door.watch(caller, () => sendAway('the key is valid no more'));
    webSocket.once('error', () => sendAway('this is no WebSocket')); // it was told what is wrong
    webSocket.once('close', () => {
      leave();
      this.#remove(connection);
    });
  }

  #receive(connection: NodeConnection, text: string, caller: Caller): void {
    if (!this.#connections.has(connection)) {
      return; // it is being closed: another one speaks for the node, or its key is deleted
    }
    const read = readLookupMessage(text);
    if ('refusal' in read) {
      this.#say(connection, read.refusal);
      return;
    }
    const { message } = read;
    const before = connection.state;
    const { state, answer } = stepOf(before, message, {
      otherOf: (identity) => {
        const other = this.#speakers.get(identity);
        return other === connection ? undefined : other?.state.entry;
      },
      refusalFor: (name) => refusalFor(caller, name),
    });
    connection.state = state;
    if (state.entry !== undefined && state !== before) {
      if (before.entry === undefined) {
        this.#speak(connection, state.entry);
      }
      this.#put(connection);
    }
    this.#say(connection, answer);
  }

  /** From now on this connection speaks for a node; one that did before is ended. */
  #speak(connection: NodeConnection, entry: NodeEntry): void {
    const identity = identityOf(entry);
    const other = this.#speakers.get(identity);
    this.#unknown.delete(connection);
    this.#speakers.set(identity, connection);
    if (other !== undefined) {
      this.#connections.delete(other);
      this.#options.log(`${entry.name} at ${entry.origin} has connected anew: its connection before is ended`);
      other.peer.close(CLOSE.policy, 'the node has connected anew');
    } else {
      this.#options.log(`${entry.name} at ${entry.origin} is connected`);
    }
  }

  /** Until a node has told everything, its messages are taken together: there can be many. */
  #put(connection: NodeConnection): void {
    const { entry } = connection.state;
    if (entry === undefined || connection.waiting) {
      return;
    }
    if (entry.seq !== undefined || entry.generation === 0) {
      this.#options.store.put(entry);
      return;
    }
    connection.waiting = true;
    setImmediate(() => {
      connection.waiting = false;
      const now = connection.state.entry;
      if (now !== undefined && this.#speakers.get(identityOf(now)) === connection) {
        this.#options.store.put(now);
      }
    });
  }

  #say({ peer }: NodeConnection, answer: unknown): void {
    if (peer.backlog > MOST_BYTES) {
      peer.breakOff();
    } else {
      peer.gather();
      peer.send(new Message(JSON.stringify(answer)));
    }
  }

  #remove(connection: NodeConnection): void {
    const wasHere = this.#connections.delete(connection);
    this.#unknown.delete(connection);
    const { entry } = connection.state;
    if (entry === undefined) {
      if (wasHere) {
        this.#options.onEvents([{ event: 'remove_node', ...UNKNOWN_NODE }]);
      }
      return;
    }
    const identity = identityOf(entry);
    if (this.#speakers.get(identity) === connection) {
      this.#speakers.delete(identity);
      this.#options.store.remove(identity);
      this.#options.log(`${entry.name} at ${entry.origin} is gone`);
    }
  }
}

/** Why the holder of a key may not speak for a node of that name; undefined where he may. */
function refusalFor(caller: Caller, name: string): string | undefined {
  try {
    caller.expect({ kind: 'right', right: 'manage', target: { kind: 'node', node: name } });
    return undefined;
  } catch (error) {
    if (error instanceof GafferError) {
      return error.message;
    }
    throw error;
  }
}
