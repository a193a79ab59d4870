const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const Module = require('node:module');
const vm = require('node:vm');

/**
 * Runs one of the package's programs: a single bundled file, with V8's compiled code kept beside it (or in the user's
 * cache folder where the package can't be written to), so that starting does not mean compiling.
 */
module.exports = (program) => {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && argv[0] === '--version') {
    const { version } = require('../package.json');
    process.stdout.write(`${VERSIONS[program](version)}\n`);
    return;
  }
  const file = path.join(__dirname, '..', 'dist', 'programs', `${program}.cjs`);
  const source = fs.readFileSync(file, 'utf8');
  // the first line names the build: V8 itself tells sources apart by their length only
  const build = source.slice(2, source.indexOf('*/'));
  const use = useOf(argv);
  const name = `${program}-${use}-${build}-${process.version}-${process.arch}.code`;
  const folders = [path.dirname(file), path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'gaffer')];
  const cachedData = folders.map((folder) => readOwn(path.join(folder, name))).find((data) => data !== undefined);
  const script = new vm.Script(Module.wrap(source), {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once('exit', () => folders.some((folder) => write(folder, name, script.createCachedData())));
  }
  const module = new Module(file, null);
  module.filename = file;
  module.paths = Module._nodeModulePaths(path.dirname(file));
  Module._cache[file] = module;
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, path.dirname(file));
  module.loaded = true;
  module.exports.main(file);
};

/** How each program tells its version. */
const VERSIONS = {
  gaffer: (version) => `gaffer version ${version}`,
  gafferd: (version) => version,
  gaffer_lookupd: (version) => version,
  gafferctl: (version) => `gaffer (version ${version})\nAvailable under the MIT License.`,
};

/** Commands that have compiled code of their own, for what one of them needs another does not. */
const USES = ['start', 'run', 'ps', 'scale', 'logs', 'load', 'stop', 'restart'];

/** Which of them is run; behind `ps` can stand another, `ps scale`. */
function useOf(argv) {
  if (argv[0] === '__complete') {
    return 'complete'; // the words behind it are of somebody who still types
  }
  const [first = 'other', second] = argv.filter((word) => USES.includes(word));
  return first === 'ps' && second !== undefined ? second : first;
}

/** Compiled code is run as it is: only what this user (or root) has written is read. */
function readOwn(file) {
  try {
    const { uid } = fs.statSync(file);
    return uid === 0 || uid === process.getuid?.() ? fs.readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function write(folder, name, data) {
  const temporary = path.join(folder, `${name}.${process.pid}`);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(temporary, data, { mode: 0o644 });
    fs.renameSync(temporary, path.join(folder, name));
    return true;
  } catch {
    remove(temporary);
    return false;
  }
}

function remove(file) {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // the folder is not this user's, who may be another one by now
  }
}
