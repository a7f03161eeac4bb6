import { Warnings } from '../../../lambda-runtime/engine/warnings.js';

const logged: string[] = [];
const { warnOnce } = new Warnings((message) => logged.push(message));

beforeEach(() => logged.splice(0));

test('a warning is logged once for each cache and kind, whatever number is in its text', () => {
  for (let bytes = 0; bytes < 1_000; bytes++) {
    warnOnce('tooLarge', `${bytes} bytes`, 'product');
    warnOnce('tooLarge', `${bytes} bytes`, 'price');
  }
  warnOnce('notAKey', 'another', 'product');
  expect(logged).toEqual(['0 bytes', '0 bytes', 'another']);
});

test('kinds of one warning are bounded, and do not affect others', () => {
  const makes = jest.fn(() => 'made');
  for (let kind = 0; kind < 1_000; kind++) {
    warnOnce('staleReturned', makes, 'product', `Kind${kind}`);
  }
  expect(makes).toHaveBeenCalledTimes(10);
  warnOnce('staleReturned', 'another cache', 'price', 'Kind999');
  warnOnce('refreshFailed', 'another id', 'product', 'Kind999');
  expect(logged.slice(10)).toEqual(['another cache', 'another id']);
});
