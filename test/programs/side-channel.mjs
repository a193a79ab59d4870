// Answers what comes in on file descriptors 3 and 4, each on the same one, until it ends there.
import { Socket } from 'node:net';

for (const fd of [3, 4]) {
  const stream = new Socket({ fd });
  stream.on('data', (chunk) => stream.write(`${fd}: ${chunk}`));
}
