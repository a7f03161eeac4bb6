import type { BackgroundWork } from '../../lambda-runtime/engine/background-work';
import type { CacheDeps } from '../../lambda-runtime/engine/cache-deps';
import { deferWithContext } from '../../lambda-runtime/lambda/deferred-work';
import { FreezeCounter } from '../../lambda-runtime/lambda/freeze-counter';
import { CacheFixture, settled, watch } from '../equipment/cache-fixture';

const STALE = { staleIfError: { hours: 1 }, retryAfter: { milliseconds: 1 } };

/** An environment whose invocations begin and end, and in which a load may be frozen in between. */
class FreezingFixture extends CacheFixture {
  public readonly freezes = new FreezeCounter();

  protected override deps(): CacheDeps {
    return { ...super.deps(), freezeCount: () => this.freezes.count };
  }
}

describe('a load', () => {
  test('is joined in the invocation that began it', async () => {
    const fixture = new FreezingFixture();
    fixture.freezes.hold();
    const both = [fixture.get('a'), fixture.get('a')];
    await fixture.lastCall.resolve('v');
    expect(await Promise.all(both)).toEqual(['v', 'v']);
    expect(fixture.calls).toHaveLength(1);
  });

  test('of INIT is joined in the first invocation, and not after it', async () => {
    const fixture = new FreezingFixture();
    void fixture.get('a');
    const end = fixture.freezes.hold();
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(1);
    end();
    fixture.freezes.hold();
    const result = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('v');
    expect(await result).toBe('v');
  });

  test('of an invocation that has ended is not joined, answers its waiting callers, and does not replace its successor', async () => {
    const fixture = new FreezingFixture();
    const end = fixture.freezes.hold();
    const first = watch(fixture.get('a'));
    end();
    fixture.freezes.hold();
    const second = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[1].resolve('new');
    expect(await second).toBe('new');
    await fixture.calls[0].resolve('old');
    expect(first.outcome).toEqual({ value: 'old' });
    expect(await fixture.get('a')).toBe('new');
  });

  test('is stored if no caller has requested the value again meanwhile', async () => {
    const fixture = new FreezingFixture();
    const end = fixture.freezes.hold();
    void fixture.get('a');
    end();
    fixture.freezes.hold();
    await fixture.calls[0].resolve('v');
    expect(await fixture.get('a')).toBe('v');
    expect(fixture.calls).toHaveLength(1);
  });

  test('that began between two invocations is not joined', async () => {
    const fixture = new FreezingFixture();
    fixture.freezes.hold()();
    void fixture.get('a');
    fixture.freezes.hold();
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
  });

  test('that may have been frozen is not waited for by refresh()', async () => {
    const fixture = new FreezingFixture();
    const end = fixture.freezes.hold();
    void fixture.get('a');
    void fixture.cache.refresh(['a']);
    end();
    fixture.freezes.hold();
    const refreshed = fixture.cache.refresh(['a']);
    await settled();
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('v');
    expect(await refreshed).toBe('v');
  });

  test('that fails after a freeze does not throttle its successor', async () => {
    const fixture = new FreezingFixture({ ...STALE, retryAfter: { minutes: 1 } });
    await fixture.load('a', 'v1');
    fixture.now += 60_000;
    const end = fixture.freezes.hold();
    void fixture.get('a').catch(() => {});
    end();
    fixture.freezes.hold();
    void fixture.get('a');
    await fixture.calls[1].reject(new Error('socket hang up'));
    void fixture.get('a');
    await fixture.calls[2].resolve('v2');
    expect(await fixture.get('a')).toBe('v2');
  });
});

describe('background work', () => {
  const later = (freezes: FreezeCounter) => {
    const works: BackgroundWork[] = [];
    return { works, defer: deferWithContext((work) => works.push(work) > 0, () => {}, freezes) };
  };
  const endless = (): BackgroundWork => ({ run: () => new Promise(() => {}), abort: () => {} });

  test('holds the environment from the time it is queued until it is done', async () => {
    const freezes = new FreezeCounter();
    const { works, defer } = later(freezes);
    const end = freezes.hold();
    defer({ run: () => Promise.resolve(), abort: () => {} });
    end();
    expect(freezes.count).toBe(0);
    await works[0].run();
    expect(freezes.count).toBe(1);
  });

  test.each([[true], [false]])('that is aborted no longer holds it, whatever it continues to do (begun: %s)', (hasBegun) => {
    const freezes = new FreezeCounter();
    const { works, defer } = later(freezes);
    const end = freezes.hold();
    defer(endless());
    end();
    if (hasBegun) {
      void works[0].run();
    }
    works[0].abort(new Error('too long'));
    expect(freezes.count).toBe(1);
  });

  test('that is rejected holds nothing', () => {
    const freezes = new FreezeCounter();
    const end = freezes.hold();
    deferWithContext(() => false, () => {}, freezes)(endless());
    end();
    expect(freezes.count).toBe(1);
  });
});
