/** Which folder may import which, besides src/errors.ts, src/finding.ts, src/loopback.ts and src/suggestion.ts. docs/architecture.md tells why. */
const ROOMS = {
  job: [],
  ini: ['job'],
  procfile: ['job'],
  protocol: ['job'],
  access: ['job', 'protocol'],
  certificates: [],
  supervisor: ['job', 'protocol'],
  output: ['job', 'protocol'],
  runtime: ['job', 'supervisor'],
  keeper: ['job', 'supervisor', 'runtime'],
  plugin: ['job', 'protocol', 'client'],
  api: ['job', 'protocol', 'access', 'plugin'],
  client: ['job', 'protocol', 'access', 'certificates'],
  lookupd: ['job', 'protocol', 'access', 'api', 'runtime', 'certificates', 'daemon'],
  local: ['job', 'ini', 'procfile', 'supervisor', 'output', 'runtime', 'api'],
  daemon: ['job', 'ini', 'protocol', 'access', 'supervisor', 'output', 'runtime', 'keeper', 'api', 'plugin', 'certificates'],
  doctor: ['job', 'ini', 'access', 'certificates', 'supervisor', 'client', 'daemon'],
  cli: ['job', 'ini', 'procfile', 'protocol', 'access', 'output', 'runtime', 'local', 'client', 'daemon', 'lookupd', 'certificates', 'doctor'],
};

/** Packages that belong to one place. */
const PACKAGES = {
  'node:child_process|child_process': '^src/supervisor/spawn\\.ts$',
  execa: '^src/local/run\\.ts$',
  pidusage: '^src/supervisor/stats-sampler\\.ts$',
  dotenv: '^src/procfile/env\\.ts$',
  chalk: '^src/(output|cli)/',
  listr2: '^src/cli/',
  '@oclif/core': '^src/cli/',
  'node-fetch': '^src/(client/http|daemon/webhooks/http-sender)\\.ts$',
  'fastify|@fastify/.*': '^src/(api|lookupd)/',
  '@cfworker/json-schema': '^src/api/validate\\.ts$',
  'prom-client': '^src/api/metrics/prometheus-text\\.ts$',
  libsql: '^src/daemon/database\\.ts$',
};

/** What a pure room must not touch: clocks, files, the network, other processes. */
const IMPURE = '^(node:)?(fs|net|http|https|child_process|timers|readline|tty|worker_threads)(/|$)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|^bin/' }, to: {} },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/|^src/(errors|finding|loopback|suggestion)\\.ts$` },
    })),
    ...Object.entries(PACKAGES).map(([name, place]) => ({
      name: `${name}-has-its-place`,
      severity: 'error',
      from: { path: '^src/', pathNot: place },
      to: { path: `^(node_modules/)?(${name})(/|$)`, dependencyTypesNot: ['type-only'] },
    })),
    { name: 'pure-rooms', severity: 'error', from: { path: '^src/((job|ini|procfile|protocol|access)|doctor/checks)/' }, to: { path: IMPURE } },
    // what completes a word is decided without asking; files.ts alone looks at files
    { name: 'pure-completion', severity: 'error', from: { path: '^src/cli/completion/', pathNot: '/files\\.ts$' }, to: { path: IMPURE } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
