// Says each SIGINT that it gets, until a line comes in; ends with 5.
let count = 0;
process.on('SIGINT', () => console.log(`SIGINT ${(count += 1)}`));
process.stdin.once('data', () => process.exit(5));
console.log('ready');
