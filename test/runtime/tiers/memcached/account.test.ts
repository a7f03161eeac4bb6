import fc from 'fast-check';
import { invalidated, newAccount, openAccount, sealAccount } from '../../../../lambda-runtime/tiers/memcached/account.js';
import { parseConfiguration } from '../../../../lambda-runtime/tiers/memcached/configuration.js';
import { safeKey } from '../../../../lambda-runtime/tiers/memcached/safe-key.js';

const KEY = 'shop:@';

describe('an account of what was invalidated', () => {
  test('is read as it was written, whatever the groups are called', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 10 }), (invalidations) => {
      const account = invalidations.reduce(invalidated, newAccount(7));
      expect(openAccount(KEY, sealAccount(KEY, account))).toEqual(account);
    }));
  });

  test('stays short, and never forgets that something was invalidated', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), { maxLength: 60 }), (invalidations) => {
      let account = newAccount(0);
      for (const groups of invalidations) {
        const before = account;
        account = invalidated(account, groups);
        expect(account.latest).toBe(before.latest + 1);
        expect(groups.every((group) => (account.groups.get(group) ?? account.floor) === account.latest)).toBe(true);
        for (const [group, number] of before.groups) {
          expect(Math.max(account.groups.get(group) ?? 0, account.floor)).toBeGreaterThanOrEqual(number);
        }
        expect(sealAccount(KEY, account).length).toBeLessThan(3 * 4_096);
      }
    }));
  });

  test('is nobody else\'s, and none where it is damaged', () => {
    const bytes = sealAccount(KEY, newAccount(0));
    expect(openAccount('other:@', bytes)).toBeUndefined();
    expect(openAccount(KEY, undefined)).toBeUndefined();
    expect(openAccount(KEY, Buffer.alloc(0))).toBeUndefined();
    for (let index = 0; index < bytes.length; index++) {
      const damaged = Buffer.from(bytes);
      damaged[index] = 0xff - damaged[index];
      expect(openAccount(KEY, damaged)).toBeUndefined();
    }
  });
});

test('nodes are in the same order for everybody, by their names, or by their addresses where they have none', () => {
  expect(parseConfiguration(Buffer.from('12\nb.example|10.0.0.2|11211 a.example|10.0.0.1|11211 |10.0.0.3|11400\n'))).toEqual({
    version: 12,
    nodes: [{ host: 'a.example', port: 11211 }, { host: 'b.example', port: 11211 }, { host: '10.0.0.3', port: 11400 }],
  });
  for (const said of ['', '\n', 'x\na|b|1', '1\n', '1\na|b', '1\na|b|x']) {
    expect(() => parseConfiguration(Buffer.from(said))).toThrow('it says of its nodes');
  }
});

test('a key is as it is where Memcached takes it, else a hash that no key is', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => {
    const [safeOne, safeOther] = [`a:${one}`, `a:${other}`].map(safeKey);
    expect(safeOne).toMatch(/^[!-~]{1,250}$/);
    expect(safeOne === safeOther).toBe(one === other);
  }));
  expect(safeKey('shop:product::1')).toBe('shop:product::1');
  expect(safeKey(`shop:product::${'x'.repeat(300)}`)).toMatch(/^[\w-]{43}$/);
});
