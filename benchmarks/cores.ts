import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Where a client and its server run. If the kernel chooses, it keeps a client that does little between two calls on its server's core, and
 * another one not: then the comparison is one of a wake-up on another core, which costs 30 µs on a virtual machine, with none.
 */
const PLACEMENTS = {
  /** As if the server were on another machine. */
  apart: { server: 0, client: 1 },
  together: { server: 1, client: 1 },
} as const;

export type Placement = keyof typeof PLACEMENTS;

/** Keeps the processes on their cores, on Linux with two cores at least; elsewhere the kernel chooses. */
export function place(placement: Placement, server: number, clients: readonly number[]): void {
  if (process.platform === 'linux' && availableParallelism() > 1) {
    keepOnCore(PLACEMENTS[placement].server, server);
    clients.forEach((client) => keepOnCore(PLACEMENTS[placement].client, client));
  }
}

function keepOnCore(core: number, pid: number): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}
