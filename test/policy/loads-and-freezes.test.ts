import { Scene, settled, watch } from './scene';
import type { BackgroundWork } from '../../lambda-runtime/engine/background-work';
import { deferring } from '../../lambda-runtime/lifecycle/deferred-work';
import { Freezes } from '../../lambda-runtime/lifecycle/freezes';

const STALE = { staleIfError: { hours: 1 }, retryAfter: { milliseconds: 1 } };

/** An environment whose invocations begin and end, and in which a load may be frozen in between. */
class FreezingScene extends Scene {
  public readonly freezes = new Freezes();

  protected override parts() {
    return { ...super.parts(), freezes: () => this.freezes.count };
  }
}

describe('a load', () => {
  test('is joined in the invocation that began it', async () => {
    const scene = new FreezingScene();
    scene.freezes.hold();
    const both = [scene.get('a'), scene.get('a')];
    await scene.lastCall.resolve('v');
    expect(await Promise.all(both)).toEqual(['v', 'v']);
    expect(scene.calls).toHaveLength(1);
  });

  test('of INIT is joined in the first invocation, and not after it', async () => {
    const scene = new FreezingScene();
    void scene.get('a');
    const end = scene.freezes.hold();
    void scene.get('a');
    expect(scene.calls).toHaveLength(1);
    end();
    scene.freezes.hold();
    const result = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('v');
    expect(await result).toBe('v');
  });

  test('of an invocation that has ended is not joined, answers those who wait for it, and stores nothing in the place of its successor', async () => {
    const scene = new FreezingScene();
    const end = scene.freezes.hold();
    const first = watch(scene.get('a'));
    end();
    scene.freezes.hold();
    const second = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.calls[1].resolve('new');
    expect(await second).toBe('new');
    await scene.calls[0].resolve('old');
    expect(first.outcome).toEqual({ value: 'old' });
    expect(await scene.get('a')).toBe('new');
  });

  test('stores after all where nobody has asked again meanwhile', async () => {
    const scene = new FreezingScene();
    const end = scene.freezes.hold();
    void scene.get('a');
    end();
    scene.freezes.hold();
    await scene.calls[0].resolve('v');
    expect(await scene.get('a')).toBe('v');
    expect(scene.calls).toHaveLength(1);
  });

  test('that began between two invocations is not joined', async () => {
    const scene = new FreezingScene();
    scene.freezes.hold()();
    void scene.get('a');
    scene.freezes.hold();
    void scene.get('a');
    expect(scene.calls).toHaveLength(2);
  });

  test('that may have been frozen is not waited for by refresh()', async () => {
    const scene = new FreezingScene();
    const end = scene.freezes.hold();
    void scene.get('a');
    void scene.cache.refresh(['a']);
    end();
    scene.freezes.hold();
    const refreshed = scene.cache.refresh(['a']);
    await settled();
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('v');
    expect(await refreshed).toBe('v');
  });

  test('that fails after a freeze does not throttle its successor', async () => {
    const scene = new FreezingScene({ ...STALE, retryAfter: { minutes: 1 } });
    await scene.load('a', 'v1');
    scene.now += 60_000;
    const end = scene.freezes.hold();
    void scene.get('a').catch(() => {});
    end();
    scene.freezes.hold();
    void scene.get('a');
    await scene.calls[1].reject(new Error('socket hang up'));
    void scene.get('a');
    await scene.calls[2].resolve('v2');
    expect(await scene.get('a')).toBe('v2');
  });
});

describe('background work', () => {
  const later = (freezes: Freezes) => {
    const works: BackgroundWork[] = [];
    return { works, defer: deferring((work) => works.push(work) > 0, () => {}, freezes) };
  };
  const endless = (): BackgroundWork => ({ run: () => new Promise(() => {}), abort: () => {} });

  test('holds the environment from when it is asked for until it is done', async () => {
    const freezes = new Freezes();
    const { works, defer } = later(freezes);
    const end = freezes.hold();
    defer({ run: () => Promise.resolve(), abort: () => {} });
    end();
    expect(freezes.count).toBe(0);
    await works[0].run();
    expect(freezes.count).toBe(1);
  });

  test.each([[true], [false]])('that is aborted holds it no longer, whatever it goes on doing (begun: %s)', (hasBegun) => {
    const freezes = new Freezes();
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

  test('that is refused holds nothing', () => {
    const freezes = new Freezes();
    const end = freezes.hold();
    deferring(() => false, () => {}, freezes)(endless());
    end();
    expect(freezes.count).toBe(1);
  });
});
