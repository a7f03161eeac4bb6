/**
 * esbuild, with a record of the packages whose code is in its output: users' audits do not see our dependencies, since none are installed.
 * From the record it writes THIRD-PARTY-NOTICES, which the licences require, and a bill of materials (CycloneDX).
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { checkOptions } from './must-match.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The bytes of each package in each file, by the package's directory. */
const packages = new Map();

/** Builds with esbuild, and records the packages. */
export async function build(options) {
  const { metafile } = await esbuild({ ...options, metafile: true });
  checkOptions(options, metafile);
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const directory = packageOf(input);
      if (directory !== undefined && bytesInOutput > 0) {
        const files = packages.get(directory) ?? new Map();
        packages.set(directory, files.set(output, (files.get(output) ?? 0) + bytesInOutput));
      }
    }
  }
}

/** Writes the notices and the bill of materials of the files that were built. */
export function writeNotices(directory) {
  const all = [...packages].map(([path, files]) => describe(path, files, directory)).sort((one, other) => (one.purl < other.purl ? -1 : 1));
  writeFileSync(join(directory, 'THIRD-PARTY-NOTICES'), notices(all));
  writeFileSync(join(directory, 'sbom.cdx.json'), `${JSON.stringify(bill(all), undefined, 2)}\n`);
}

function describe(path, files, directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  if (typeof license !== 'string') {
    throw new Error(`${name} in the runtime has no licence in its package.json: nobody may copy it.`);
  }
  const texts = readdirSync(path).filter((file) => /^(licen[cs]e|notice)/i.test(file)).map((file) => readFileSync(join(path, file), 'utf8').trim());
  return {
    name,
    version,
    license,
    text: texts.length === 0 ? `Licensed under ${license}.` : texts.join('\n\n'),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    bytes: Object.fromEntries([...files].map(([file, size]) => [relative(directory, resolve(file)), size]).sort()),
  };
}

function notices(all) {
  const heading = 'The runtime of cdk-cached-function, which goes into functions, contains code of these packages.\n';
  return [heading, ...all.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Without time and serial number, so that the same code has the same bill. */
function bill(all) {
  const { name, version, license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const library = (component) => ({
    'type': 'library',
    'bom-ref': component.purl,
    'name': component.name,
    'version': component.version,
    'licenses': [/ (OR|AND) /.test(component.license) ? { expression: component.license } : { license: { id: component.license } }],
    'purl': component.purl,
  });
  const root = { name, version, license, purl: `pkg:npm/${name}@${version}` };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: library(root) },
    components: all.map((component) => ({
      ...library(component),
      scope: 'required',
      properties: Object.entries(component.bytes).map(([file, bytes]) => ({ name: `cdk-cached-function:bytes-in:${file}`, value: String(bytes) })),
    })),
    dependencies: [{ ref: root.purl, dependsOn: all.map(({ purl }) => purl) }],
  };
}

/** The directory of the package that a file belongs to; undefined for our own. */
function packageOf(file) {
  const at = file.lastIndexOf('node_modules/');
  if (at === -1) {
    return undefined;
  }
  const [scope, name] = file.slice(at + 'node_modules/'.length).split('/');
  const directory = resolve(file.slice(0, at), 'node_modules', scope.startsWith('@') ? join(scope, name) : scope);
  if (!existsSync(join(directory, 'package.json'))) {
    throw new Error(`${file} is in no package.`);
  }
  return directory;
}
