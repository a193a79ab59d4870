// Follows what happens on a node, and has something happen: node docs/examples/channel.mjs [ENDPOINT]
import { WebSocket } from 'ws';

const [, , endpoint = 'http://127.0.0.1:5000'] = process.argv;
const channel = new WebSocket(`${endpoint.replace(/^http/, 'ws')}/channel/websocket`);
const say = (event, data) => channel.send(JSON.stringify({ event, data }));
const job = { name: 'hello', cmd: 'sh -c "echo hello; exec sleep 100"', os_env: true, redirect_output: ['out', 'err'] };

channel.on('open', () => {
  say('SUB', { topic: 'EVENTS' });
  say('CMD', { identity: 'first', name: 'load', args: [job], kwargs: { sessionid: 'example' } });
});

channel.on('message', (text) => {
  const { event, topic, data } = JSON.parse(text);
  if (event === 'gaffer:subscription_success') console.log(`subscribed to ${topic}`);
  if (event === 'gaffer:event') console.log(`${data.event} ${data.name}${data.pid ? ` (process ${data.pid})` : ''}`);
  if (event === 'gaffer:command_success') console.log(`${data.id}: ${JSON.stringify(data.result)}`);
  if (event === 'gaffer:command_error' || event === 'gaffer:error') console.log(text.toString());
  if (data?.event === 'job.example.hello.spawn') say('CMD', { identity: 'last', name: 'unload', args: ['hello'], kwargs: { sessionid: 'example' } });
  if (data?.event === 'exit' && data.name === 'example.hello') channel.close();
});
