// Says every few seconds that it is alive; `--period SECONDS` says how often.
const at = process.argv.indexOf('--period');
const period = at === -1 ? 5 : Number(process.argv[at + 1]);

function hello() {
  console.log(`hello, dummy (pid: ${process.pid}) is alive`);
}

hello();
setInterval(hello, period * 1000);
