import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { REPOSITORY } from './packed';

/** The packages in the runtime, as the build recorded them, compared with docs/dependencies.md. */

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

interface Row {
  readonly name: string;
  readonly licence: string;
  readonly files: readonly string[];
  readonly kilobytes: number;
}

/** Licences that allow copying the code, if its authors are named. */
const PERMISSIVE = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', '(Apache-2.0 AND MIT)', 'Apache-2.0 AND MIT'];

const bill = JSON.parse(readFileSync(join(REPOSITORY, 'assets', 'sbom.cdx.json'), 'utf8')) as { bomFormat: string; specVersion: string; components: Component[] };

const rows = readFileSync(join(REPOSITORY, 'docs', 'dependencies.md'), 'utf8').split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line): Row => {
    const [, name, licence, files, kilobytes] = line.split('|').map((cell) => cell.trim());
    return { name: unquoted(name)[0], licence, files: unquoted(files), kilobytes: Number(kilobytes) };
  });

function unquoted(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, text]) => text);
}

function covers({ name }: Row, component: Component): boolean {
  return name.endsWith('/*') ? component.name.startsWith(name.slice(0, -1)) : name === component.name;
}

function licenceOf({ licenses }: Component): string | undefined {
  return licenses[0].license?.id ?? licenses[0].expression;
}

/** Each file of the layer that has code of it, with the bytes. */
function bytesInLayer({ properties }: Component): Map<string, number> {
  return new Map(properties.filter(({ name }) => name.includes('layer/')).map(({ name, value }) => [basename(name), Number(value)]));
}

test('there is one bill of materials, and each of its packages has one version', () => {
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(bill.components.length).toBeGreaterThan(5);
  for (const { purl, version } of bill.components) {
    expect(purl).toMatch(/^pkg:npm\/[^@]+@\d+\.\d+\.\d+$/);
    expect(purl.endsWith(version)).toBe(true);
  }
});

test('docs/dependencies.md has a row for each package in the runtime, and no other', () => {
  expect(bill.components.filter((component) => !rows.some((row) => covers(row, component))).map(({ name }) => name)).toEqual([]);
  expect(rows.filter((row) => !bill.components.some((component) => covers(row, component))).map(({ name }) => name)).toEqual([]);
});

test.each(rows)('docs/dependencies.md is correct about $name', (row) => {
  const components = bill.components.filter((component) => covers(row, component));
  expect([...new Set(components.map(licenceOf))]).toEqual([row.licence]);
  expect([...new Set(components.flatMap((component) => [...bytesInLayer(component).keys()]))].sort()).toEqual([...row.files].sort());
  // An upgrade may change the size a little.
  const bytes = components.reduce((sum, component) => sum + Math.max(...bytesInLayer(component).values()), 0);
  expect(Math.abs(row.kilobytes - bytes / 1024)).toBeLessThanOrEqual(1 + 0.2 * row.kilobytes);
});

test('every licence is permissive, and its text is in the notices', () => {
  const notices = readFileSync(join(REPOSITORY, 'assets', 'THIRD-PARTY-NOTICES'), 'utf8');
  for (const component of bill.components) {
    expect(PERMISSIVE).toContain(licenceOf(component));
    expect(notices).toContain(`\n${component.name} ${component.version} (${licenceOf(component)})\n`);
  }
});
