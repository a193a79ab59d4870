import { existsSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Diagnosis } from '../../src/doctor/diagnosis.ts';
import { findSession } from '../../src/local/session-address.ts';
import { becomes } from '../support/processes.ts';
import { test } from '../support/project.ts';

describe('gaffer doctor in a project', () => {
  test('asks the gaffer start that runs there', async ({ project }) => {
    project.write('Procfile', 'web: sleep 1000');
    project.spawn(['start']);
    const socketOf = (): string => findSession(project.root, project.env())?.socket ?? '';
    expect(await becomes(() => existsSync(socketOf()), 10_000)).toBe(true);
    const { code, stdout } = await project.run(['doctor', '--json'], { env: { HOME: project.root, GAFFER_CONFIG: `${project.root}/none.ini` } });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Diagnosis[] };
    expect(findings).toContainEqual({
      level: 'ok',
      area: 'node',
      id: 'node-key',
      message: `unix://${socketOf()} asks for no key, for it was reached as this machine alone reaches it`,
    });
    expect(findings.filter(({ area, level }) => area === 'user' && level !== 'ok')).toEqual([]);
    expect(code).toBe(0);
  });
});
