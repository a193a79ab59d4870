import { describe, expect } from 'vitest';
import { fakeServer, nobody, talkingServer } from '../support/fake-server.ts';
import { gafferIn } from '../support/gaffer.ts';
import { test } from '../support/project.ts';

/** A command line for everything that talks to a node. */
const COMMANDS = [
  ['ps'],
  ['ps', '--watch'],
  ['ps:info', 'web'],
  ['apps'],
  ['scale'],
  ['scale', 'web=2'],
  ['logs'],
  ['logs', '-f'],
  ['kill', 'web', 'HUP'],
  ['stop'],
  ['stop', 'web'],
  ['restart'],
  ['reload', 'web'],
  ['unload'],
  ['ps:start'],
  ['send', '1', 'x'],
  ['recv', '1'],
  ['commit', 'web'],
  ['load', 'job.json'],
  ['load'],
] as const;

describe('a node that cannot be asked', () => {
  test.for(COMMANDS)('gaffer %s %s: nobody is there', async (args, { project }) => {
    project.write('Procfile', 'web: sleep 1');
    project.write('job.json', '{"name": "web", "cmd": "sleep 1"}');
    const endpoint = await nobody();
    expect(await gafferIn(project, [...args, '-g', endpoint])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `gaffer: no node answers at ${endpoint}: run "gaffer start" in this folder, start gafferd, or name another node with --endpoint\n`,
    });
  });

  test.for([['ps'], ['scale', 'web=2'], ['load'], ['unload', 'web'], ['logs', '-f']] as const)(
    'gaffer %s: a key is needed',
    async (args, { project }) => {
      project.write('Procfile', 'web: sleep 1');
      const keys: unknown[] = [];
      const endpoint = await fakeServer((request, response) => {
        keys.push(request.headers['x-api-key']);
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"error": 401, "reason": "unauthorized"}');
      });
      const env = { GAFFER_ENDPOINT: endpoint, GAFFER_API_KEY: 'secret' };
      expect(await gafferIn(project, args, { env })).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'gaffer: Unauthorized access. You need an API key: gaffer login gets one, --api-key or GAFFER_API_KEY names one\n',
      });
      expect(keys).toEqual(['secret']);
    },
  );

  test.for([
    [403, '{"error": 403, "reason": "forbidden"}', "Forbidden access. API key permissions aren't enough (forbidden)"],
    [404, '<html>not found</html>', 'ENDPOINT is not a node: it answered 404 and no JSON; name the right one with --endpoint'],
    [200, '<html>welcome</html>', 'ENDPOINT is not a node: its answer is no JSON; name the right one with --endpoint'],
    [500, '{"error": "out of order"}', 'out of order'],
  ] as const)('an answer of %i %j', async ([status, body, message], { project }) => {
    const endpoint = await fakeServer((_request, response) => response.writeHead(status).end(body));
    const { code, stdout, stderr } = await gafferIn(project, ['ps', '--endpoint', endpoint, '--app', 'shop']);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `gaffer: ${message.replace('ENDPOINT', endpoint)}\n` });
  });

  test.for([['ps'], ['load'], ['load', 'job.json'], ['restart', 'web']] as const)('one that does not answer gaffer %s', async (args, { project }) => {
    project.write('Procfile', 'web: sleep 1');
    project.write('job.json', '{"name": "web", "cmd": "sleep 1"}');
    const endpoint = await fakeServer(() => undefined);
    const { code, stderr } = await gafferIn(project, [...args, '-g', endpoint, '--timeout', '0.2']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `gaffer: ${endpoint} has not answered within 0.2 s; is it gafferd that listens there?\n` });
  });

  test.for([['ps'], ['load'], ['restart', 'web']] as const)('one that does not end its answer to gaffer %s', async (args, { project }) => {
    project.write('Procfile', 'web: sleep 1');
    const endpoint = await fakeServer((_request, response) => response.writeHead(200).write('{'));
    const { code, stderr } = await gafferIn(project, [...args, '-g', endpoint, '--timeout', '1']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `gaffer: ${endpoint} has begun an answer and not gone on within 1 s; is it gafferd that listens there?\n`,
    });
  });

  test('one that speaks no HTTP', async ({ project }) => {
    const endpoint = await talkingServer('SSH-2.0-OpenSSH_9.6\r\n');
    const { code, stderr } = await gafferIn(project, ['apps', '-g', endpoint]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `gaffer: ${endpoint} does not speak HTTP; check --endpoint\n` });
  });

  test('one that breaks off', async ({ project }) => {
    const endpoint = await fakeServer((request) => request.socket.destroy());
    expect((await gafferIn(project, ['apps', '-g', endpoint])).stderr).toMatch(
      /^gaffer: http:\/\/\S+ has closed the connection in the middle of an answer.*\n$/,
    );
  });

  test.for([
    [
      ['apps', '-g', 'ftp://host'],
      2,
      'expected an endpoint like "http://127.0.0.1:5000", "https://host:5000" or "unix:///run/gaffer.sock", got "ftp://host"',
    ],
    [
      ['apps', '-g', 'unix:///nowhere/x.sock'],
      1,
      'no node answers at unix:///nowhere/x.sock: run "gaffer start" in this folder, start gafferd, or name another node with --endpoint',
    ],
    [['apps', '--cacert', 'no.pem'], 2, '--cacert: cannot read no.pem: there is no such file'],
    [['apps', '--certfile', 'no.pem'], 2, '--certfile: cannot read no.pem: there is no such file'],
    [['apps', '--keyfile', 'no.pem'], 2, '--keyfile: expected --certfile beside it, the certificate that it is the key of'],
    [['apps', '--timeout', 'soon'], 2, '--timeout: expected seconds from 0 to 86400, got "soon"'],
    [['ps', '--app', 'a b'], 2, 'expected an application name of letters, digits, "_", "+" and "-", got "a b"'],
    [['ps', 'a.b'], 2, 'expected an application name of letters, digits, "_", "+" and "-", got "a.b"'],
    [['ps', '-d', 'nowhere'], 2, '--root: expected a folder, got "nowhere"'],
    [['ps', 'a', 'b'], 2, 'unexpected argument "b" (gaffer ps --help tells more)'],
    [['ps:info'], 2, 'expected a job, an instance (web.2) or a pid, got nothing (gaffer ps:info --help tells more)'],
  ] as const)('gaffer %j ends with %i', async ([args, code, message], { project }) => {
    expect(await gafferIn(project, args)).toMatchObject({ code, stdout: '', stderr: `gaffer: ${message}\n` });
  });
});
