import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { POLICY_OPTIONS } from '../../src/contract/options';
import { TIERS } from '../../src/contract/shared-settings';
import { REPOSITORY } from '../packaging/packed';

/** CONTRIBUTING.md promises that an option, a tier and an event format touch three places: nothing else in the sources names one. */

const sources = ['src', 'lambda-runtime'].flatMap((folder) => readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ path: join(folder, name), code: withoutComments(readFileSync(join(REPOSITORY, folder, name), 'utf8')) })));

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

const naming = (pattern: RegExp) => sources.filter(({ code }) => pattern.test(code)).map(({ path }) => path).sort();

test('event formats are distinguished only in three files of events/', () => {
  expect(naming(/format (===|!==) '(rest|http|alb)'|case '(rest|http|alb)'/)).toEqual(
    ['event-request.ts', 'gateway-event.ts', 'result.ts'].map((name) => `lambda-runtime/http/events/${name}`));
});

test('a kind of shared tier is named only in the contract, and in its own folders', () => {
  expect(Object.keys(TIERS).flatMap((kind) => naming(new RegExp(`kind(:| ===) '${kind}'`)))
    .filter((path) => !/^src\/caches\/|^lambda-runtime\/stores\//.test(path))).toEqual(Object.keys(TIERS).map(() => 'src/contract/shared-settings.ts'));
});

test.each(['retryAfter', 'softTimeout', 'hardTimeout'] satisfies (keyof typeof POLICY_OPTIONS)[])('the option %s is declared in three files', (option) => {
  expect(naming(new RegExp(`^ +(readonly )?${option}\\??: `, 'm'))).toEqual(
    ['lambda-runtime/api/options.ts', 'src/contract/options.ts', 'src/function/cache-policy.ts']);
});
