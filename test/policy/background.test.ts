import type { BackgroundWork } from '../../lambda-runtime/engine/background-work';
import { AfterResponse } from '../../lambda-runtime/lambda/after-response';
import { Background } from '../../lambda-runtime/lambda/background';
import { elapse, fakeTimers, settled } from '../equipment/cache-fixture';

/** Work that ends when the test ends it. */
class Work implements BackgroundWork {
  public state: 'queued' | 'running' | 'done' | 'aborted' = 'queued';
  public end!: () => void;

  public run(): Promise<void> {
    this.state = 'running';
    return new Promise((resolve) => {
      this.end = () => {
        this.state = 'done';
        resolve();
      };
    });
  }

  public abort(): void {
    this.state = 'aborted';
  }
}

const several = (count: number) => Array.from({ length: count }, () => new Work());
const states = (works: readonly Work[]) => works.map(({ state }) => state);

beforeEach(fakeTimers);

afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('background work before a freeze', () => {
  test('is bounded in number, and in the number that runs at a time', async () => {
    const background = new Background();
    const works = several(101);
    expect(works.filter((work) => background.add(work))).toHaveLength(100);
    void background.finish(1_000);
    expect(states(works).filter((state) => state === 'running')).toHaveLength(10);
    works[3].end();
    await settled();
    expect(works[10].state).toBe('running');
    expect(background.add(new Work())).toBe(true);
    await elapse(1_000);
  });

  test('ends altogether when its time is over', async () => {
    const background = new Background();
    const works = several(12);
    works.forEach((work) => background.add(work));
    const finished = background.finish(1_000);
    works[0].end();
    await elapse(999);
    expect(states(works)).toEqual(['done', ...Array<string>(10).fill('running'), 'queued']);
    await elapse(1);
    await finished;
    expect(states(works)).toEqual(['done', ...Array<string>(11).fill('aborted')]);
    expect(background.isEmpty).toBe(true);
  });

  test('includes the work that it creates', async () => {
    const background = new Background();
    const [first, second] = several(2);
    background.add(first);
    const finished = background.finish(1_000);
    background.add(second);
    first.end();
    await settled();
    expect(second.state).toBe('running');
    second.end();
    await finished;
  });

  test('does not begin without time', async () => {
    const background = new Background();
    const work = new Work();
    background.add(work);
    const run = jest.spyOn(work, 'run');
    await background.finish(-100);
    expect(run).not.toHaveBeenCalled();
    expect(work.state).toBe('aborted');
  });
});

describe('background work where nothing freezes', () => {
  const afterResponse = async () => {
    const after = new AfterResponse({ AWS_LAMBDA_MAX_CONCURRENCY: '16' });
    after.limit(1_000);
    await after.prepare();
    return after;
  };

  test('begins at once, without an extension and without the end of an invocation', async () => {
    const after = await afterResponse();
    const work = new Work();
    expect(after.add(work)).toBe(true);
    expect(work.state).toBe('queued');
    await settled();
    expect(work.state).toBe('running');
    work.end();
    await settled();
  });

  test('has a time limit for each piece: under steady load nothing is aborted because of earlier work', async () => {
    const after = await afterResponse();
    const [first, second] = several(2);
    after.add(first);
    await settled();
    await elapse(600);
    after.add(second);
    await settled();
    await elapse(400);
    expect(states([first, second])).toEqual(['aborted', 'running']);
    await elapse(600);
    expect(states([first, second])).toEqual(['aborted', 'aborted']);
  });

  test('continues with the queue when a piece ends, or is aborted', async () => {
    const after = await afterResponse();
    const works = several(12);
    works.forEach((work) => after.add(work));
    await settled();
    expect(states(works).filter((state) => state === 'running')).toHaveLength(10);
    works[0].end();
    await settled();
    await settled();
    expect(works[10].state).toBe('running');
    await elapse(1_000);
    await settled();
    expect(works[11].state).toBe('running');
    works[11].end();
    await settled();
  });
});
