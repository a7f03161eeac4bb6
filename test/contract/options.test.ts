import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Exactly, FUNCTION_OPTIONS, POLICY_OPTIONS } from '../../src/contract/options';

/** One table in the contract has every option; the compiler holds the construct to it, and this the documents. */

const README = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');

test('the README lists exactly the options that exist', () => {
  const listed = [...README.matchAll(/^\| `caching\.(\w+)` \|/gm)].map(([, name]) => name);

  expect(listed.sort()).toEqual([...Object.keys(POLICY_OPTIONS), ...Object.keys(FUNCTION_OPTIONS)].sort());
});

test('the compiler rejects a table with a missing or an additional option', () => {
  const complete = { ttl: 'duration', jitter: 'share' } as const;

  complete satisfies Exactly<'ttl' | 'jitter', typeof complete>;
  // @ts-expect-error jitter is missing in the interface.
  complete satisfies Exactly<'ttl', typeof complete>;
  // @ts-expect-error retryAfter is missing in the table.
  complete satisfies Exactly<'ttl' | 'jitter' | 'retryAfter', typeof complete>;
});
