// Preloaded into the Node runner under test (`node --require`): notes every 5 ms how late its timer came and how much
// CPU time the process has used, and writes that, with its peak memory, to the file named in GAFFER_BENCH_PROBE.
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.env.GAFFER_BENCH_PROBE;
delete process.env.GAFFER_BENCH_PROBE;

if (file) {
  const interval = 5;
  /** @type {{ at: number, stallMs: number, cpuMs: number }[]} */
  const samples = [];
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    samples.push({ at: Date.now(), stallMs: Math.max(0, now - last - interval), cpuMs: cpuMs() });
    last = now;
  }, interval).unref();
  process.on('exit', () => writeFileSync(file, JSON.stringify({ samples, cpuMs: cpuMs(), peakMB: peakMB() })));
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

// Not resourceUsage().maxRSS: that begins with the memory of the process which forked this one.
function peakMB() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}
