/** A part of a message: what can be said in JSON, and bytes that go with it as they are. */
export interface Item {
  readonly bytes?: Uint8Array | undefined;
}

/** Of a message: where its JSON ends is said by the number in front of it. */
const LENGTH_BYTES = 4;

/** Puts a message together of items like {@link Item}; who reads it gets all of it or nothing. */
export function encodeItems(items: readonly object[]): Buffer {
  const parts = items.map(({ bytes, ...head }: Item) => ({ bytes, head }));
  const lengths = parts.map(({ bytes }) => bytes?.length ?? -1);
  const json = Buffer.from(JSON.stringify({ heads: parts.map(({ head }) => head), lengths }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, ...parts.flatMap(({ bytes }) => bytes ?? [])]);
}

/** Takes a message apart; the bytes of its parts are those of the message. */
export function decodeItems<T extends Item>(message: Buffer): T[] {
  const jsonEnd = LENGTH_BYTES + message.readUInt32LE();
  const { heads, lengths } = JSON.parse(message.toString('utf8', LENGTH_BYTES, jsonEnd)) as { heads: T[]; lengths: number[] };
  let at = jsonEnd;
  return heads.map((head, index) => {
    const length = lengths[index] ?? -1;
    if (length < 0) {
      return head;
    }
    at += length;
    return { ...head, bytes: message.subarray(at - length, at) };
  });
}
