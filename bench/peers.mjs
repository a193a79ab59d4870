// The other runners: two from npm, installed on first use, and those that are on PATH.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './environment.mjs';
import { plain, versionIn } from './tools.mjs';

/**
 * @typedef {import('./tools.mjs').Tool} Tool
 * @typedef {import('./tools.mjs').Job} Job
 */

const folder = join(import.meta.dirname, 'peers');

/**
 * @returns {{ peers: Tool[], missing: string[] }}
 */
export function findPeers() {
  installPeers();
  const found = [...npmPeers(), ...systemPeers()];
  const peers = found.filter((peer) => peer.version !== '');
  return { peers, missing: found.filter((peer) => peer.version === '').map((peer) => peer.name) };
}

function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (Object.keys(dependencies).every((name) => existsSync(join(folder, 'node_modules', name)))) return;
  console.error('installing the peers from npm (npm ci in bench/peers)');
  spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
}

/** @returns {Tool[]} */
function npmPeers() {
  const concurrently = join(folder, 'node_modules', 'concurrently');
  const nf = join(folder, 'node_modules', 'foreman');
  return [
    {
      ...plain,
      name: 'concurrently',
      version: versionIn(concurrently),
      node: true,
      rate: 1_500_000,
      endsWithFirst: false,
      restarts: true,
      command: (jobs, { restart }) => [
        ...[process.execPath, join(concurrently, 'dist', 'bin', 'concurrently.js')],
        ...['--names', jobs.map((job) => job.name).join(',')],
        ...(restart ? ['--restart-tries', '-1'] : []),
        ...jobs.map((job) => job.command),
      ],
    },
    {
      ...plain,
      name: 'nf',
      version: versionIn(nf),
      node: true,
      rate: 100_000,
      command: () => [process.execPath, join(nf, 'nf.js'), 'start'],
    },
  ];
}

/** Those that are used when they are on PATH. @returns {Tool[]} */
function systemPeers() {
  /** @type {Tool['command']} */
  const overmind = (_jobs, { restart }) => ['overmind', 'start', ...(restart ? ['--auto-restart', 'all'] : [])];
  return [
    { ...plain, name: 'foreman', rate: 25_000, command: () => ['foreman', 'start'] },
    { ...plain, name: 'honcho', rate: 18_000, mostChildren: 100, command: () => ['honcho', 'start'] },
    { ...plain, name: 'hivemind', rate: 100_000, command: () => ['hivemind'] },
    { ...plain, name: 'overmind', rate: 40_000, restarts: true, command: overmind },
    { ...plain, name: 'goreman', rate: 90_000, endsWithFirst: false, command: () => ['goreman', 'start'] },
  ].map((peer) => ({ ...peer, version: versionOf(peer.name) }));
}

/** @param {string} program */
function versionOf(program) {
  const argument = program === 'goreman' ? 'version' : '--version';
  try {
    const answer = execFileSync(program, [argument], { encoding: 'utf8', env: environment(), stdio: ['ignore', 'pipe', 'ignore'] });
    return /\d+(\.\d+)+/.exec(answer)?.[0] ?? '?';
  } catch {
    return '';
  }
}
