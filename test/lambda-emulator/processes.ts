import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until Linux says that a process is stopped: on a busy machine a signal's turn comes late, and nothing announces it. */
export async function processStopped(pid: number): Promise<void> {
  while (stat(pid)?.state !== 'T') {
    await delay(1);
  }
}

/** Waits until a process is gone; a zombie is, though nobody has asked for its exit status yet. */
export async function processGone(pid: number): Promise<void> {
  while (!['Z', 'X', undefined].includes(stat(pid)?.state)) {
    await delay(5);
  }
}

export function pidsWithParent(parent: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => stat(pid)?.parent === parent);
}

/** What Linux says of a process; undefined if there is none. */
function stat(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [, state, parent] = /\) (\w) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
