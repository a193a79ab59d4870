import { describe, expect, it } from 'vitest';
import { answering, PluginRig, starting } from '../../../support/plugin-rig.ts';

type Broken = Readonly<Record<string, readonly [files: string | Readonly<Record<string, string>>, error: RegExp]>>;

/** Long enough for many threads on a machine that has much else to do. */
const PATIENT = { loadMs: 25_000, startMs: 25_000, patienceMs: 25_000 };

/** Plugins that can't be started, by what is told of them. */
const BROKEN: Broken = {
  'throws-at-import': ["throw new Error('no import');", /^it can't be loaded: Error: no import$/],
  'throws-undefined': ['throw undefined;', /^it can't be loaded: undefined$/],
  'throws-null-proto': ['throw Object.create(null);', /^it can't be loaded: \[Object: null prototype\] \{\}$/],
  'syntax-error': [
    'export default {\n  name: "x",\n  version: = 1,\n};',
    /^it can't be loaded: SyntaxError: Unexpected token '=' \(.*\/syntax-error\/index\.mjs:3\)$/,
  ],
  'syntax-error-beside': [
    { 'index.mjs': "import './lib/help.mjs';\nexport default {};", 'lib/help.mjs': '\n\nconst a = 1;\nconst a = 2;\n' },
    /^it can't be loaded: SyntaxError: Identifier 'a' has already been declared \(.*\/lib\/help\.mjs:4\)$/,
  ],
  'syntax-error-commonjs': [
    { 'index.cjs': 'module.exports = {\n  oh no\n};' },
    /^it can't be loaded: .*SyntaxError: Unexpected identifier 'no'.*$|index\.cjs:2/,
  ],
  'needs-a-package': [
    "import 'a-package-that-nobody-has';\nexport default {};",
    /^it can't be loaded: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'a-package-that-nobody-has'/,
  ],
  'exits-at-import': ['process.exit(3);', /^it has ended: process\.exit\(3\)$/],
  'no-export': [
    'export const plugin = {};',
    /^it can't be loaded: Error: expected the plugin as the default export of its main module, got undefined$/,
  ],
  'wrong-name': ['export default { name: 5 };', /^it can't be loaded: Error: name: expected a text, got 5$/],
  'wrong-mandatory': [
    "export default { mandatory: 'other' };",
    /^it can't be loaded: Error: mandatory: expected a list of plugins' names, got 'other'$/,
  ],
  'wrong-app': ['export default { app: {} };', /^it can't be loaded: Error: app: expected a function that makes the application, got \{\}$/],
  'throws-at-app': ["export default { app() { throw new TypeError('no app'); } };", /^it can't be started: TypeError: no app$/],
  'throws-at-start': [starting("throw new Error('no start');"), /^it can't be started: Error: no start$/],
  'start-no-function': ['export default { app: () => ({ start: 5 }) };', /^it can't be started: TypeError: .*start.* is not a function$/],
  rejects: [starting('await Promise.reject(5);'), /^it can't be started: 5$/],
  'exits-at-start': [starting('process.exit();'), /^it has ended: process\.exit\(0\)$/],
  'wrong-route-method': [
    starting("context.route('TRACE', '/', {}, () => new Response());"),
    /^it can't be started: Error: route TRACE \/: expected one of the methods GET, POST/,
  ],
  'wrong-route-path': [
    starting("context.route('GET', 'jobs', {}, () => new Response());"),
    /^it can't be started: Error: route GET jobs: expected a path like/,
  ],
  'wrong-route-need': [
    starting("context.route('GET', '/', { need: 'read' }, () => new Response());"),
    /expected a need like "public", "key", "read all", "manage job", got "read"$/,
  ],
  'wrong-route-words': [
    starting("context.route('GET', '/:job', { need: 'read job' }, () => new Response());"),
    /"read job" expects :session in the path$/,
  ],
  'wrong-handler': [
    starting("context.route('GET', '/', {}, undefined);"),
    /^it can't be started: TypeError: route GET \/: expected a function that answers, got undefined$/,
  ],
  'unhandled-rejection': [
    starting("Promise.reject(new Error('nobody looks')); await new Promise(() => undefined);"),
    /^it has ended: Error: nobody looks$/,
  ],
};

/** Plugins that are given up. */
const SLOW: Broken = {
  'never-loads': ['await new Promise(() => setInterval(() => undefined, 1000));', /^it can't be loaded: it does not load within 2 seconds$/],
  'loads-in-circles': ['for (;;);', /^it can't be loaded: it does not load within 2 seconds$/],
};

/** One that is given up later. */
const NEVER_STARTED: Broken = {
  'never-starts': [starting('await new Promise(() => undefined);'), /^it can't be started: it does not start within 0\.5 seconds$/],
};

describe('a plugin that fails', () => {
  it.each([
    { how: 'at once', broken: BROKEN, limits: PATIENT },
    { how: 'by never being loaded', broken: SLOW, limits: { loadMs: 2_000, patienceMs: 25_000 } },
    { how: 'by never being started', broken: NEVER_STARTED, limits: { ...PATIENT, startMs: 500 } },
  ])('$how is told of with the reason, and hurts neither the node nor the others', { timeout: 60_000 }, async ({ broken, limits }) => {
    const rig = await PluginRig.open({ limits });
    for (const [name, [files]] of Object.entries(broken)) {
      rig.write(name, files);
    }
    await rig.start();
    for (const [name, [, error]] of Object.entries(broken)) {
      expect({ name, state: rig.info(name)?.state }).toEqual({ name, state: 'failed' });
      expect(rig.info(name)?.error, name).toMatch(error);
      expect(rig.said(name)[0], name).toBe(rig.info(name)?.error);
      expect((await rig.api.ask('GET', `/_plugin/${name}/`)).json, name).toMatchObject({ error: 'plugin_unavailable', errno: 503 });
    }
    for (const name of Object.keys(broken)) {
      rig.remove(name);
    }
    rig.write('fine', answering("return new Response('fine');"));
    const reloaded = async (): Promise<string> => {
      await rig.reload(); // with such limits even this one may be too late, and is tried again then
      return (await rig.api.ask('GET', '/_plugin/fine/')).text;
    };
    await expect.poll(reloaded).toBe('fine');
    expect(rig.api.warnings).toEqual([]);
  });
});
