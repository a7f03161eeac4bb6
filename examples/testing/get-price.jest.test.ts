import { handler, origin } from './get-price';
import { fakeClock, reset } from 'cdk-cached-function/testing';

beforeEach(() => reset());

test('a price is read once a minute', async () => {
  const readPrice = jest.spyOn(origin, 'readPrice').mockResolvedValueOnce(5).mockResolvedValueOnce(7);
  const clock = fakeClock();

  expect(await handler({ id: 'tea' })).toEqual({ id: 'tea', price: 5 });
  clock.advance({ seconds: 59 });
  expect(await handler({ id: 'tea' })).toEqual({ id: 'tea', price: 5 });
  clock.advance({ seconds: 1 });
  expect(await handler({ id: 'tea' })).toEqual({ id: 'tea', price: 7 });

  expect(readPrice).toHaveBeenCalledTimes(2);
  clock.restore();
});
