import { describe, expect, it } from 'vitest';
import { allOperations } from '../../../src/api/operations.ts';
import { MAY, STRANGERS } from './key-kinds.ts';
import { LockedRig, refusedWith } from './locked-rig.ts';
import { ROUTES, type Row } from './routes-table.ts';

describe('the table of what every route needs', () => {
  it('has a row for each operation, and none for what there is not', () => {
    const operations = Object.entries(allOperations({ version: '' })).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(Object.keys(ROUTES).sort()).toEqual(operations.sort());
  });

  it('is kept to for every kind of key, and nothing is done for who is refused', { timeout: 180_000 }, async () => {
    const rig = await LockedRig.open(true);
    expect(rig.kinds).toEqual(expect.arrayContaining([...Object.keys(STRANGERS), ...Object.keys(MAY)]));
    for (const [route, rows] of Object.entries(ROUTES)) {
      const method = route.split(' ')[0] ?? '';
      for (const row of rows) {
        for (const kind of rig.kinds) {
          await expectRow(rig, { kind, method, row });
          if (method === 'GET') {
            await expectRow(rig, { kind, method: 'HEAD', row });
          }
        }
      }
    }
  });

  it('lets everybody ask which methods there are', async () => {
    const rig = await LockedRig.open();
    for (const row of Object.values(ROUTES).flat()) {
      const { status } = await rig.ask('none', 'OPTIONS', row.path);
      expect([row.path, status, rig.asked()]).toEqual([row.path, 204, []]);
    }
  });
});

async function expectRow(
  rig: LockedRig,
  { kind, method, row }: { readonly kind: string; readonly method: string; readonly row: Row },
): Promise<void> {
  const refused = refusedWith(kind, row.needs);
  const path = named(rig, kind, row.path);
  const { status, json } = await rig.ask(kind, method, path, row.body && named(rig, kind, row.body));
  const asked = rig.asked();
  const seen = { key: kind, request: `${method} ${row.path}`, status };
  if (refused === undefined) {
    expect(seen).toEqual({ ...seen, status: row.status ?? 200 });
    return;
  }
  const isHidden = method === 'HEAD' && refused === 403 && kind !== 'unknown' && kind !== 'deleted';
  const expected = isHidden ? (row.refusedHead ?? refused) : refused;
  expect({ ...seen, asked: asked.filter((call) => !LOOKS.includes(call)) }).toEqual({ ...seen, status: expected, asked: [] });
  if (method !== 'HEAD') {
    expect({ ...seen, json }).toEqual({ ...seen, json: refusal(refused) });
  }
}

/** By which 0.4's names of jobs are understood; nothing of the answer is told. */
const LOOKS = ['jobInfo'];

function refusal(status: 401 | 403): object {
  const reason = { 401: 'unauthorized', 403: 'forbidden' }[status];
  return { error: status, errno: status, reason, code: reason, message: expect.any(String) as string };
}

function named<Text extends string | object>(rig: LockedRig, kind: string, text: Text): Text {
  const own = rig.idOf(kind);
  const replaced = (typeof text === 'string' ? text : JSON.stringify(text))
    .replace('OWN', own)
    .replace('ANOTHER', rig.others.another)
    .replace('ADMINS', rig.others.admins);
  return (typeof text === 'string' ? replaced : JSON.parse(replaced)) as Text;
}
