import { Duration } from 'aws-cdk-lib';
import { LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Integ } from './integ';

/**
 * docs/unverified.md: a handler in /opt on both managed runtimes; metrics under both log formats; registration of the extension with
 * provisioned concurrency.
 */

const integ = new Integ('Memory');
const caching = { ttl: Duration.hours(1) };

for (const runtime of [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X]) {
  for (const loggingFormat of [LoggingFormat.TEXT, LoggingFormat.JSON]) {
    const fn = integ.function(`On${runtime.name.replace(/\W/g, '')}${loggingFormat}`, { runtime, loggingFormat, memorySize: 128, caching });
    integ.expectAnswer(fn, { id: '1' }, { ids: ['1'], loads: 1 });
    // In the same environment, since there are no other callers.
    integ.expectAnswer(fn, { id: '1' }, { ids: ['1'], loads: 1 });
    integ.expectMetric(fn, 'Hits');
  }
}

const provisioned = integ.function('Provisioned', { caching: { ...caching, staleWhileRevalidate: Duration.minutes(1) } });
const live = provisioned.addAlias('live', { provisionedConcurrentExecutions: 1 });
integ.expectAnswer(live, { id: '1' }, { ids: ['1'], loads: 1 });
