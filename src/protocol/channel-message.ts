import { GafferError, messageOf } from '../errors.ts';

/** What a client of the control channel says. */
export type ClientMessage =
  | { readonly kind: 'auth'; readonly key: string }
  | { readonly kind: 'nop' }
  | { readonly kind: 'subscribe'; readonly topic: string; readonly options: Members }
  | { readonly kind: 'unsubscribe'; readonly topic: string }
  | { readonly kind: 'command'; readonly id: unknown; readonly name: string; readonly args: readonly unknown[]; readonly kwargs: Members }
  | { readonly kind: 'invalid'; readonly reason: InvalidReason; readonly message: string };

/** Members of an object that came over the network. */
export type Members = Readonly<Record<string, unknown>>;

/** What is wrong with a message, in the original's words (one of them misspelled since then). */
export type InvalidReason =
  | 'invalid_json'
  | 'event_missing'
  | 'data_missing'
  | 'topic_missing'
  | 'cmd_name_mssing'
  | 'cmd_identity_missing'
  | 'unknown_cmd'
  | 'invalid_args';

const SHAPE = 'expected {"event": "SUB" | "UNSUB" | "CMD" | "NOP", "data": {...}}';

/** Reads a message of a client of the control channel. @param parseJson throws for what is no JSON */
export function parseClientMessage(text: string, parseJson: (text: string) => unknown): ClientMessage {
  if (text.startsWith('AUTH:')) {
    return { kind: 'auth', key: text.slice('AUTH:'.length).trim() };
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return invalid('invalid_json', messageOf(error));
  }
  if (!isObject(value)) {
    return invalid('invalid_json', `${SHAPE}, got no object`);
  }
  const { event, data } = value;
  if (typeof event !== 'string') {
    return invalid('event_missing', SHAPE);
  }
  switch (event) {
    case 'NOP':
      return { kind: 'nop' };
    case 'SUB':
    case 'UNSUB':
    case 'CMD':
      if (!isObject(data)) {
        return invalid('data_missing', `${event}: ${SHAPE}`);
      }
      return event === 'CMD' ? command(data) : subscription(event, data);
    default:
      return invalid('unknown_cmd', `${SHAPE}, got "${event}"`);
  }
}

function subscription(event: 'SUB' | 'UNSUB', data: Members): ClientMessage {
  const { topic, ...options } = data;
  if (typeof topic !== 'string') {
    return invalid('topic_missing', `${event}: expected {"topic": "EVENTS"} or another topic as its data`);
  }
  return event === 'SUB' ? { kind: 'subscribe', topic, options } : { kind: 'unsubscribe', topic };
}

function command({ identity, name, args, kwargs }: Members): ClientMessage {
  if (typeof name !== 'string') {
    return invalid('cmd_name_mssing', 'CMD: expected the name of a command as "name"');
  }
  if (identity === undefined || identity === null) {
    return invalid('cmd_identity_missing', 'CMD: expected an "identity": the answer carries it');
  }
  const isList = args === undefined || args === null || Array.isArray(args);
  const isMap = kwargs === undefined || kwargs === null || isObject(kwargs);
  if (!isList || !isMap) {
    return invalid('invalid_args', 'CMD: expected a list as "args" and an object as "kwargs"');
  }
  return { kind: 'command', id: identity, name, args: (args as readonly unknown[] | null) ?? [], kwargs: (kwargs as Members | null) ?? {} };
}

function invalid(reason: InvalidReason, message: string): ClientMessage {
  return { kind: 'invalid', reason, message };
}

/** The answer to a message that is none. */
export function invalidMessage({ reason, message }: { readonly reason: InvalidReason; readonly message: string }): unknown {
  return { event: 'gaffer:error', data: { error: 'invalid_msg', reason, message } };
}

/** Says that a client may not stay: it has shown no key, or none that will do. The reason is a JSON text, as the original has it. */
export function authRequired(error: GafferError): unknown {
  const reason = JSON.stringify({ error: error.word, errno: error.status });
  return { event: 'gaffer:error', data: { error: 'AUTH_REQUIRED', reason, message: error.message } };
}

/** The answer to a subscription and to its end. @param data what is known at that moment */
export function subscriptionSuccess(topic: string, data?: Members): unknown {
  return { event: 'gaffer:subscription_success', topic, ...(data !== undefined && { data }) };
}

/** The answer to a subscription that can't be. The original's client reads the member in the middle, its server wrote the other. */
export function subscriptionError(topic: string, error: unknown): unknown {
  const { reason, message } = describe(error, { process_not_found: 'invalid_process' });
  return { event: 'gaffer:subscription_error', topic, data: { topic, reason, message } };
}

/** Says that a subscription has come to its end: there is nothing more to tell. */
export function subscriptionEnd(topic: string): unknown {
  return { event: 'gaffer:subscription_end', topic };
}

/** The answer to a command. */
export function commandSuccess(id: unknown, result: unknown): unknown {
  return { event: 'gaffer:command_success', data: { id, result } };
}

/** The answer to a command that failed. */
export function commandError(id: unknown, error: unknown): unknown {
  const { errno, reason, message } = describe(error);
  return { event: 'gaffer:command_error', data: { id, error: { errno, reason, message } } };
}

/** Words of the channels where they are others than those of the HTTP API. */
const WORDS: Readonly<Record<string, string>> = { invalid_config: 'invalid_config', bad_usage: 'bad_command', bad_request: 'bad_command' };

function describe(error: unknown, ownWords: Readonly<Record<string, string>> = {}): { errno: number; reason: string; message: string } {
  if (error instanceof GafferError) {
    return { errno: error.status, reason: ownWords[error.code] ?? WORDS[error.code] ?? error.word, message: error.message };
  }
  return { errno: 500, reason: 'internal_error', message: 'the node has failed at it; its log tells more' };
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
