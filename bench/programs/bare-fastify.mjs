// node bare-fastify.mjs BODY
//
// The least that Fastify can do: a route that answers with nothing, and one that answers with BODY as it is. Prints its port.
import { fastify } from 'fastify';

const app = fastify();
const [, , body] = process.argv;

app.get('/nothing', async () => ({}));
app.get('/same', async (_request, reply) => reply.type('application/json; charset=utf-8').send(body));
const address = await app.listen({ host: '127.0.0.1', port: 0 });
console.log(new URL(address).port);
