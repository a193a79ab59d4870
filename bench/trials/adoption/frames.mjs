// What the trial's keeper and its daemon say to each other: a head of 16 bytes (what, of which child, a number, how many bytes follow), and bytes.

export const kinds = { bytes: 1, exit: 2, taken: 3, start: 4, over: 5 };
const headLength = 16;

/**
 * @param {number} kind
 * @param {number} id
 * @param {number} value an offset in the child's output, or how it ended
 * @param {number} [length] of what follows
 */
export function head(kind, id, value, length = 0) {
  const bytes = Buffer.allocUnsafe(headLength);
  bytes.writeUInt8(kind, 0);
  bytes.writeUIntLE(id, 1, 3);
  bytes.writeDoubleLE(value, 4);
  bytes.writeUInt32LE(length, 12);
  return bytes;
}

/**
 * Tells of every whole message that comes.
 * @param {import('node:net').Socket} socket
 * @param {(kind: number, id: number, value: number, bytes: Buffer) => void} told
 */
export function onMessage(socket, told) {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    while (bytes.length >= headLength) {
      const end = headLength + bytes.readUInt32LE(12);
      if (bytes.length < end) break;
      told(bytes.readUInt8(0), bytes.readUIntLE(1, 3), bytes.readDoubleLE(4), bytes.subarray(headLength, end));
      bytes = bytes.subarray(end);
    }
    rest = bytes;
  });
}
