import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

const HOSTS = '/etc/hosts';

/** What this machine is called: with its domain, where it says so without asking anybody. */
export function machineName(): string {
  return fullNameIn(readHosts(), hostname());
}

/** The name with a domain that a table of hosts has for a name; the name itself if it has none. */
export function fullNameIn(table: string, name: string): string {
  if (name.includes('.')) {
    return name;
  }
  const lines = table.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
  return lines.find((names) => names.includes(name))?.find((other) => other.startsWith(`${name}.`)) ?? name;
}

function readHosts(): string {
  try {
    return readFileSync(HOSTS, 'utf8');
  } catch {
    return '';
  }
}
