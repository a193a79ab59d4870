import { expect } from 'vitest';
import { test, withoutNumbers } from '../support/project.ts';

test('a session shows starts, output, exits and restarts, with names in a column', async ({ project }) => {
  project.write('Procfile', 'dummy: echo hello; exec sleep 0.2', 'dummy1: sleep 100');
  const gaffer = project.spawn(['start']);
  await gaffer.stdout.until(/exit process[^]*spawn process[^]*hello/);
  const { stdout, stderr, code } = await gaffer.end('SIGINT');
  console.log(stdout);
  expect(withoutNumbers(stdout)).toBe('');
  expect(stderr).toBe('');
  expect(code).toBe(130);
});

test('term', async ({ project }) => {
  project.write('Procfile', 'dummy: echo hello; exec sleep 0.2', 'dummy1: sleep 100');
  const gaffer = project.terminal(['start']);
  await gaffer.output.until(/exit process[^]*spawn process[^]*hello/);
  gaffer.type('\x03');
  console.log(await gaffer.exit, JSON.stringify(gaffer.text));
});
test('left', async ({ project }) => {
  project.write('Procfile', 'dummy: echo hello; exec sleep 0.2', 'dummy1: sleep 100');
  project.write('../run/x', '');
});
