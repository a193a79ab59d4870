// A supervisor in your own program: two instances of a small server, output, events, scaling, the end.
// Run it with: node docs/examples/supervisor.mjs
import { Supervisor } from 'gaffer';

const supervisor = new Supervisor();

supervisor.onEvent((event) => console.log(`${event.seq}. ${event.type} ${event.name}`));
supervisor.onOutput(({ jobName, slot, stream }) => {
  stream.onData((chunk) => console.log(`${jobName}.${slot}: ${Buffer.from(chunk).toString().trimEnd()}`));
});

await supervisor.load('shop', {
  name: 'web',
  cmd: `${process.execPath} -e "console.log('listening on', process.env.PORT); setInterval(() => {}, 1000)"`,
  os_env: true,
  port: 7000,
  numprocesses: 2,
  redirect_output: ['out', 'err'],
});

const web = { session: 'shop', job: 'web' };
console.log('now running', await supervisor.scale(web, { op: '+', n: 1 }));
console.log((await supervisor.jobInfo(web)).processes);

// let them say their line, then end
await new Promise((resolve) => setTimeout(resolve, 500));
await supervisor.stopAll();
supervisor.close();
