import { Warnings } from '../../../lambda-runtime/engine/warnings.js';
import { readSettings } from '../../../lambda-runtime/lambda/settings.js';
import { SETTINGS_VARIABLE } from '../../../src/contract/runtime-settings.js';

const GOOD = {
  namespace: 'dev/eu-central-1/Shop/GetProduct',
  maxMemoryBytes: 33_554_432,
  maxEntries: 1_000,
  eviction: 'lru',
  caching: { ttlMs: 300_000, valueVersion: '2' },
  caches: { 'product': { ttlMs: 60_000 }, 'price.list-v2': {} },
};

const warnings: string[] = [];

beforeEach(() => warnings.splice(0));

const read = (settings: unknown) =>
  readSettings({ [SETTINGS_VARIABLE]: JSON.stringify(settings) }, new Warnings((message) => warnings.push(message)).warnOnce);

/** The message of the error that the settings are refused with. */
function refusal(settings: unknown): string {
  try {
    return `accepted: ${JSON.stringify(read(settings))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('settings', () => {
  test('are read as the construct wrote them', () => {
    expect(read(GOOD)).toEqual(GOOD);
    expect(read({ namespace: '', caching: {}, caches: {} })).toEqual({ namespace: '', caching: {}, caches: {} });
  });

  test('of a later construct may have more than this runtime recognizes', () => {
    expect(read({ ...GOOD, somethingNew: { deep: true } })).toMatchObject(GOOD);
  });

  const malformed: [string, unknown, unknown][] = [
    ['namespace', { ...GOOD, namespace: undefined }, undefined],
    ['namespace', { ...GOOD, namespace: 5 }, 5],
    ['maxMemoryBytes', { ...GOOD, maxMemoryBytes: '64 MB' }, '64 MB'],
    ['maxMemoryBytes', { ...GOOD, maxMemoryBytes: 0 }, 0],
    ['maxMemoryBytes', { ...GOOD, maxMemoryBytes: null }, null],
    ['maxEntries', { ...GOOD, maxEntries: -1 }, -1],
    ['eviction', { ...GOOD, eviction: 'fifo' }, 'fifo'],
    ['maxEntries', { ...GOOD, maxEntries: [10] }, [10]],
    ['metrics', { ...GOOD, metrics: 'verbose' }, 'verbose'],
    ['caching', { ...GOOD, caching: undefined }, undefined],
    ['caching', { ...GOOD, caching: '5 minutes' }, '5 minutes'],
    ['caching', { ...GOOD, caching: null }, null],
    ['caching.ttlMs', { ...GOOD, caching: { ttlMs: '300000' } }, '300000'],
    ['caching.ttlMs', { ...GOOD, caching: { ttlMs: 0 } }, 0],
    ['caching.ttlMs', { ...GOOD, caching: { ttlMs: null } }, null],
    ['caching.valueVersion', { ...GOOD, caching: { valueVersion: 2 } }, 2],
    ['caches', { ...GOOD, caches: undefined }, undefined],
    ['caches', { ...GOOD, caches: 'product' }, 'product'],
    ['caches', { ...GOOD, caches: { 'my cache': {} } }, 'my cache'],
    ['caches.product', { ...GOOD, caches: { product: 60 } }, 60],
    ['caches.product.ttlMs', { ...GOOD, caches: { product: { ttlMs: -5 } } }, -5],
    ['caches.product.valueVersion', { ...GOOD, caches: { product: { valueVersion: {} } } }, {}],
  ];

  test.each(malformed)('are refused with the name %s and its value where they are %j', (name, settings, value) => {
    const message = refusal(settings);
    expect(message).toContain(`The setting ${name} in ${SETTINGS_VARIABLE} must be `);
    expect(message.endsWith(`not ${JSON.stringify(value)}.`)).toBe(true);
  });

  test.each([['maxMemoryBytes'], ['maxEntries']])('are refused where %s is no whole number', (name) => {
    expect(refusal({ ...GOOD, [name]: 1.5 })).toContain(`The setting ${name}`);
  });

  test.each([['caching'], ['caches']])('are refused where %s is a list', (name) => {
    expect(refusal({ ...GOOD, [name]: [] })).toContain(`The setting ${name}`);
  });

  test('of a newer construct are ignored, with one warning', () => {
    const settings = { ...GOOD, later: 1, caching: { ...GOOD.caching, toString: 'x', newMs: -1 }, caches: { product: { other: {} } } };
    expect(read(settings)).toMatchObject({ caching: GOOD.caching });
    expect(warnings).toEqual([expect.stringContaining('ignores settings in CDK_CACHED_FUNCTION_SETTINGS that it does not know: later, caching.toString, caching.newMs, caches.product.other')]);
  });

  test('that are missing are an error that describes the remedy', () => {
    expect(() => readSettings({}, () => {})).toThrow(/CDK_CACHED_FUNCTION_SETTINGS is missing.*deploy the function again/);
  });

  test.each([['', /is not JSON/], ['{"namespace": ', /is not JSON/], ['null', /is not a JSON object but null/], ['5', /is not a JSON object but 5/], ['[]', /namespace/]])(
    'that are %j are an error that names the variable', (text, message) => {
      const readText = () => readSettings({ [SETTINGS_VARIABLE]: text }, () => {});
      expect(readText).toThrow(message);
      expect(readText).toThrow(SETTINGS_VARIABLE);
    });
});
