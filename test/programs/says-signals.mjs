// Says ready, and which signals it gets; SIGTERM and SIGINT end it as they should.
const say = (text) => process.stdout.write(`${text}\n`);
for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGCONT']) {
  process.on(signal, () => say(signal));
}
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => process.stdout.write('bye\n', () => process.exit(signal === 'SIGINT' ? 7 : 0)));
}
setInterval(() => undefined, 1_000_000);
say('ready');
