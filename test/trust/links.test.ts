import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

/** What the documents link to is there: files, and headings in them. Links that work from npm too are absolute, to this repository. */

const { url } = (JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { repository: { url: string } }).repository;
const WEB = url.replace(/\.git$/, '');
const OURS = new RegExp(`^(?:${WEB}/blob|${WEB.replace('//github.com', '//raw.githubusercontent.com')})/main/`);
/** What npm shows or packs: its readers have no other file of the repository. */
const PACKED = /^(README\.md$|docs\/guide\/)/;

const DOCUMENTS = execFileSync('git', ['ls-files', '*.md'], { cwd: REPOSITORY, encoding: 'utf8' }).trim().split('\n').filter((path) => path !== 'API.md');

/** As GitHub makes the anchor of a heading. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

/** The path of what a document links to, from the repository. */
function linkedPath(document: string, file: string): string {
  if (file === '') {
    return document;
  }
  return OURS.test(file) ? file.replace(OURS, '') : join(dirname(document), file);
}

function brokenLinks(path: string): string[] {
  const markdown = readFileSync(join(REPOSITORY, path), 'utf8').replace(/```[\s\S]*?```/g, '');
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
    .filter((target) => OURS.test(target) || !/^[a-z]+:/.test(target));
  return targets.filter((target) => {
    const [file, anchor] = target.split('#');
    const linked = join(REPOSITORY, linkedPath(path, file));
    return !existsSync(linked) || (anchor !== undefined && !anchors(readFileSync(linked, 'utf8')).includes(anchor));
  });
}

test.each(DOCUMENTS)('the links of %s work', (path) => {
  expect(brokenLinks(path)).toEqual([]);
});

test('what npm shows or packs has only absolute links to what is not packed', () => {
  const relative = DOCUMENTS.filter((path) => PACKED.test(path)).flatMap((path) =>
    [...readFileSync(join(REPOSITORY, path), 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !join(dirname(path), target).startsWith('docs/guide/'))
      .map((target) => `${path}: ${target}`));
  expect(relative).toEqual([]);
});
