import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until Linux reports a process as stopped: on a busy machine a signal is late, and there is no event for it. */
export async function processStopped(pid: number): Promise<void> {
  while (stat(pid)?.state !== 'T') {
    await delay(1);
  }
}

/** Waits until a process is gone; a zombie counts as gone, although its exit status has not been collected. */
export async function processGone(pid: number): Promise<void> {
  while (!['Z', 'X', undefined].includes(stat(pid)?.state)) {
    await delay(5);
  }
}

export function pidsWithParent(parent: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => stat(pid)?.parent === parent);
}

/** A process's state by Linux; undefined if there is none. */
function stat(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const [, state, parent] = /\) (\w) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
