import { type Meter, recordCacheEvents } from '../../examples/opentelemetry-events';
import { CacheFixture, SECOND } from '../equipment/cache-fixture';

/** A meter that records its calls. */
class Notes implements Meter {
  public readonly taken: string[] = [];

  public createCounter(name: string) {
    return { add: (value: number, attributes: object) => void this.taken.push(`${name} +${value} ${Object.values(attributes).join()}`) };
  }

  public createHistogram(name: string) {
    return { record: (value: number, attributes: object) => void this.taken.push(`${name} ${value < 60} ${Object.values(attributes).join()}`) };
  }
}

test('examples/opentelemetry-events.ts turns the events into metrics', async () => {
  const notes = new Notes();
  recordCacheEvents(notes);
  const fixture = new CacheFixture({ maxBytes: 3_200, staleWhileRevalidate: { hours: 1 } });
  await fixture.load('a', 'v');
  await fixture.get('a');
  fixture.now += 60 * SECOND;
  await fixture.get('a');
  await fixture.afterResponse();
  await fixture.lastCall.reject(new RangeError('down'));
  await fixture.load('b', 'x'.repeat(2_500));
  expect(notes.taken).toEqual([
    'cache.origin.duration true product',
    'cache.lookups +1 product,miss',
    'cache.lookups +1 product,hit',
    'cache.lookups +1 product,stale',
    'cache.refreshes +1 product',
    'cache.origin.duration true product,RangeError',
    'cache.origin.duration true product',
    'cache.evictions +1 product',
    'cache.lookups +1 product,miss',
  ]);
});
