import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../lambda-emulator/fake-clock';

/** A clock for the servers of a shared tier: they see the time that the environments see, and drop what is over. */
export function newServerClock(): FakeClock {
  return new FakeClock('stands-still', join(mkdtempSync(join(tmpdir(), 'server-clock-')), 'clock'));
}

/** What a server must be started with. */
export function serverVariables({ variables }: FakeClock): Record<string, string> {
  return {
    ...variables,
    // Redis brings an allocator that asks for the time before libfaketime can answer: the C library's takes its place.
    LD_PRELOAD: `${variables.LD_PRELOAD} libc.so.6`,
    // A JVM never starts with libfaketime's workaround for waits.
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
  };
}
