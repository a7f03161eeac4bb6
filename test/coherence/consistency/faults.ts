import type { FaultyProxy, Mode } from '../../equipment/faulty-proxy';

const CONNECTION_FAULTS: readonly (readonly [Mode, 'existing' | undefined])[] = [
  ['closed', 'existing'], ['reset', 'existing'], ['blackHole', 'existing'], ['halfOpen', 'existing'], ['truncated', 'existing'],
  ['blackHole', undefined], ['slow', undefined], ['refuse', undefined],
];

/** Never two faults of the tier itself within so long: an environment that has nothing in memory shows nothing. */
const BETWEEN_LOSSES_MS = 2_000;

/** Injects every fault into connections and the tier, in random order, until it is stopped. */
export async function disturb(
  losses: readonly (() => Promise<unknown>)[], proxies: readonly FaultyProxy[], random: () => number, isOver: () => boolean,
): Promise<void> {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)];
  const pause = (milliseconds: number) => new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

  const ofConnection = async (proxy: FaultyProxy) => {
    while (!isOver()) {
      await pause(random() * 5_000);
      const [mode, only] = pick(CONNECTION_FAULTS);
      await proxy.set(mode, { only, delayMs: random() * 120 });
      await pause(random() * 600);
      await proxy.set('pass');
    }
  };
  const ofTier = async () => {
    while (losses.length > 0 && !isOver()) {
      await pause(BETWEEN_LOSSES_MS * (0.5 + random()));
      await pick(losses)();
    }
  };
  await Promise.all([ofTier(), ...proxies.map(ofConnection)]);
}
