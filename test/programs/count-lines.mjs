// Writes the numbers from 1 on, a line each: some at once, some in pieces, with pauses. argv: how many, how many at once, pause in ms.
const [count, atOnce, pauseMs] = process.argv.slice(2).map(Number);
for (let n = 1; n <= count; ) {
  const end = Math.min(count, n + atOnce - 1);
  let text = '';
  for (; n <= end; n += 1) text += `${n}\n`;
  const middle = Math.floor(text.length / 2);
  process.stdout.write(text.slice(0, middle));
  process.stdout.write(text.slice(middle));
  await new Promise((resolve) => (pauseMs > 0 ? setTimeout(resolve, pauseMs) : setImmediate(resolve)));
}
process.stdout.write('end\n');
setInterval(() => undefined, 1_000_000);
