import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Every request of the trace, one by one. */
  readonly full: boolean;
  readonly shared: boolean;
  /** The reader's own requests, rather than the shop's. */
  readonly trace?: string;
  readonly originMs: number;
  readonly ttlSeconds: number;
  /** For traces without times. */
  readonly requestsPerSecond: number;
}

export const USAGE = `npx projen demo                    a minute: steady traffic, an outage, a stale hit, an invalidation, whole responses
npx projen demo -- --full          each of the shop's 76,118 requests, one by one
npx projen demo -- --shared        what a shared cache saves while environments are recycled
npx projen demo -- --trace FILE    your own requests: a line each, the key, or a time (ISO 8601, or seconds since 1970) and the key
    --origin-ms 150                the median time of the origin
    --ttl 3600                     in seconds
    --rate 20                      requests a second, for a trace without times`;

/** @throws Error with the usage if an option is unknown or no number */
export function readOptions(args: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      // projen hands on the `--` that comes before such options.
      args: args.filter((argument) => argument !== '--'),
      options: {
        'full': { type: 'boolean', default: false },
        'shared': { type: 'boolean', default: false },
        'trace': { type: 'string' },
        'origin-ms': { type: 'string', default: '150' },
        'ttl': { type: 'string', default: '3600' },
        'rate': { type: 'string', default: '20' },
      },
    });
    const positive = (name: 'origin-ms' | 'ttl' | 'rate') => {
      const value = Number(values[name]);
      if (!(value > 0 && Number.isFinite(value))) {
        throw new Error(`--${name} must be a number above 0, not ${values[name]}.`);
      }
      return value;
    };
    return {
      full: values.full, shared: values.shared, trace: values.trace, originMs: positive('origin-ms'), ttlSeconds: positive('ttl'), requestsPerSecond: positive('rate'),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}
