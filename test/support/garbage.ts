import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Whether nobody keeps any of these any more, once V8 has cleared up. */
export async function areCollected(kept: readonly WeakRef<object>[]): Promise<boolean> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 20; round += 1) {
    await new Promise((resolve) => setImmediate(resolve)); // what was looked at in this turn is kept until its end
    collect();
    if (kept.every((ref) => ref.deref() === undefined)) {
      return true;
    }
  }
  return false;
}
