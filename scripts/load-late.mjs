/**
 * Packages that oclif loads when it starts and needs only for help, for finding commands in folders, or for spinners: in
 * the bundle each is loaded when it is first used.
 */
const LATE =
  /^(tinyglobby|minimatch|lilconfig|ejs|cli-spinners|semver|wordwrap|wrap-ansi|string-width|widest-line|indent-string|clean-stack|\.\/config)$/;

export const loadLate = {
  name: 'load-late',
  setup(build) {
    build.onResolve({ filter: LATE }, ({ path, importer, resolveDir, pluginData }) =>
      importer.includes('@oclif/core') && pluginData !== LATE && (path !== './config' || importer.endsWith('/lib/command.js'))
        ? { path, namespace: 'late', pluginData: resolveDir }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path, pluginData: resolveDir }) => ({
      resolveDir,
      pluginData: LATE,
      contents: `let real;
        const load = () => (real ??= require(${JSON.stringify(path)}));
        module.exports = new Proxy(() => {}, { get: (_, name) => load()[name], apply: (_, __, args) => load()(...args) });`,
    }));
  },
};
