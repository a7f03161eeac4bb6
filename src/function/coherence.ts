import { Duration } from 'aws-cdk-lib';
import { invalidProp } from '../validation/errors';
import { assertDuration } from '../validation/property-types';

/**
 * How soon memory hits in all environments, including frozen ones, reflect a change that one environment makes.
 *
 * A change is a call to `invalidate()`, `invalidateAll()`, `invalidateTags()` or `prime()` in the handler's code that has returned
 * `scope: 'fleet'`. Before an environment uses its memory, it reads the latest changes from the shared cache. This takes at most one
 * small read per invocation, sent when the event arrives, in parallel with the handler.
 */
export class Coherence {
  /**
   * Hits reflect every change that returned before their invocation began.
   *
   * Costs one small read of the shared cache per invocation.
   */
  public static readonly PER_INVOCATION = new Coherence();

  /**
   * Hits reflect every change that returned more than this time before their invocation began.
   *
   * Costs at most one small read of the shared cache per invocation, and none while the last one is younger than the bound.
   *
   * @param bound longer than zero, measured by the environment's clock
   */
  public static within(bound: Duration): Coherence {
    assertDuration('Coherence.within(bound)', bound);
    if (!bound.isUnresolved() && bound.toMilliseconds({ integral: false }) <= 0) {
      throw invalidProp('Coherence.within(bound)', bound.toHumanString(), 'must be longer than zero', 'Use Coherence.PER_INVOCATION.');
    }
    return new Coherence(bound);
  }

  private constructor(
    /** The bound; undefined for PER_INVOCATION. */
    public readonly bound?: Duration,
  ) {}
}

/**
 * Checks that a value is a Coherence, by its members, since an app may have two copies of this library.
 *
 * @internal
 */
export function assertCoherence(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || !('bound' in value)) {
    throw invalidProp(name, typeof value === 'object' ? JSON.stringify(value) : value, 'must be a Coherence', 'Use Coherence.PER_INVOCATION or, for example, Coherence.within(Duration.seconds(2)).');
  }
}
