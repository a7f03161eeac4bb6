import { LineWriter } from '../../../lambda-runtime/lambda/line-writer.js';

describe('metric lines', () => {
  const written: string[] = [];
  let fails = false;
  beforeEach(() => {
    written.length = 0;
    fails = false;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      if (fails) {
        throw new Error('replaced');
      }
      return written.push(String(text)) > 0;
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const endOfTick = () => new Promise(setImmediate);

  test('are written at once where the environment may be frozen', () => {
    const { write } = new LineWriter(false);
    write('one\n');
    write('two\n');
    expect(written).toEqual(['one\n', 'two\n']);
  });

  test('of one tick are written together where it is not, in their order and once', async () => {
    const { write } = new LineWriter(true);
    write('one\n');
    await Promise.resolve();
    write('two\n');
    expect(written).toEqual([]);
    await endOfTick();
    write('three\n');
    await endOfTick();
    expect(written).toEqual(['one\ntwo\n', 'three\n']);
  });

  test('that cannot be written end no process', async () => {
    const warn = jest.spyOn(console, 'warn').mockReturnValue();
    const { write } = new LineWriter(true);
    fails = true;
    write('one\n');
    await endOfTick();
    expect(warn.mock.calls).toEqual([[expect.stringContaining('are lost'), new Error('replaced')]]);
    fails = false;
    write('two\n');
    await endOfTick();
    expect(written).toEqual(['two\n']);
  });
});
