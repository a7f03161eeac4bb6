import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { handler, origin } from './get-price';
import { fakeClock, isolated, reset } from 'cdk-cached-function/testing';

beforeEach(() => reset());
afterEach(() => mock.restoreAll());

void test('a price is read once a minute', async () => {
  let price = 5;
  const readPrice = mock.method(origin, 'readPrice', async () => price++);
  const clock = fakeClock();

  assert.deepEqual(await handler({ id: 'tea' }), { id: 'tea', price: 5 });
  clock.advance({ seconds: 60 });
  assert.deepEqual(await handler({ id: 'tea' }), { id: 'tea', price: 6 });

  assert.equal(readPrice.mock.callCount(), 2);
  clock.restore();
});

void test('isolated tests do not see each other', async () => {
  const readPrice = mock.method(origin, 'readPrice', async () => 5);

  await Promise.all([isolated(() => handler({ id: 'tea' })), isolated(() => handler({ id: 'tea' }))]);

  assert.equal(readPrice.mock.callCount(), 2);
});
