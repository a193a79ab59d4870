// The least that a WebSocket client needs: a handshake, a text to send, and the frames that come, counted.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const endOfHead = '\r\n\r\n';

/** Whoever asks has to mask; with zeros nothing changes. */
const noMask = [0, 0, 0, 0];
const pong = Buffer.from([0x8a, 0x80, ...noMask]);

export class FrameClient {
  /**
   * @param {import('../connection.mjs').Place} place
   * @param {string} path
   * @param {(body: Buffer, isWhole: boolean) => void} onBody is called with each piece of a message, as it comes
   */
  constructor(place, path, onBody) {
    this.socket = connect({ ...place, noDelay: true });
    this.onBody = onBody;
    this.messages = 0;
    /** @type {Buffer} */
    this.rest = Buffer.alloc(0);
    this.left = 0;
    /** @type {Promise<void>} */
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('error', reject);
      this.socket.on('data', (chunk) => {
        if (this.isOpen) {
          this.#take(chunk);
          return;
        }
        this.rest = Buffer.concat([this.rest, chunk]);
        const end = this.rest.indexOf(endOfHead);
        if (end < 0) return;
        if (!this.rest.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) {
          reject(new Error(this.rest.toString('latin1')));
          return;
        }
        this.isOpen = true;
        const behind = this.rest.subarray(end + endOfHead.length);
        this.rest = Buffer.alloc(0);
        resolve();
        if (behind.length > 0) this.#take(behind);
      });
    });
    this.isOpen = false;
    const key = randomBytes(16).toString('base64');
    const head = [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    this.socket.write([...head, `Sec-WebSocket-Key: ${key}${endOfHead}`].join('\r\n'));
  }

  /** @param {string[]} texts each below 64 KiB, all in one write */
  send(...texts) {
    this.socket.write(Buffer.concat(texts.map(frameOf)));
  }

  close() {
    this.socket.destroy();
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (this.left === 0) {
        const length = headOf(bytes);
        if (length === undefined) {
          this.rest = Buffer.from(bytes);
          return;
        }
        bytes = bytes.subarray(length.head);
        this.left = length.body;
        this.opcode = length.opcode;
        if (length.opcode === 9) this.socket.write(pong);
        if (this.left === 0) continue;
      }
      const piece = bytes.subarray(0, this.left);
      bytes = bytes.subarray(piece.length);
      this.left -= piece.length;
      if ((this.opcode ?? 0) >= 8) continue; // ping, pong, close
      if (this.left === 0) this.messages += 1;
      this.onBody(piece, this.left === 0);
    }
  }
}

/** @param {string} text */
function frameOf(text) {
  const body = Buffer.from(text);
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, ...noMask]), body]);
}

/** @param {Buffer} bytes */
function headOf(bytes) {
  if (bytes.length < 2) return undefined;
  const opcode = bytes[0] & 0x0f;
  const short = bytes[1] & 0x7f;
  if (short < 126) return { head: 2, body: short, opcode };
  if (short === 126) return bytes.length < 4 ? undefined : { head: 4, body: bytes.readUInt16BE(2), opcode };
  return bytes.length < 10 ? undefined : { head: 10, body: Number(bytes.readBigUInt64BE(2)), opcode };
}
