// Writes each of the 256 bytes once, as often as a line or piece comes in.
const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
process.stdin.on('data', () => process.stdout.write(all));
