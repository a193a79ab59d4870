/** Prints what was written: bytes as they are, or a JSON object with what they are of. */
export function writeTail(isJson: boolean, of: object, bytes: Uint8Array): void {
  if (!isJson) {
    process.stdout.write(bytes);
    return;
  }
  const buffer = Buffer.from(bytes);
  const text = buffer.toString();
  const isText = Buffer.from(text).equals(buffer);
  process.stdout.write(`${JSON.stringify({ ...of, ...(isText ? { data: text } : { base64: buffer.toString('base64') }) })}\n`);
}
