import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

/** What the documents link to is there: files, and headings in them. */

const DOCUMENTS = execFileSync('git', ['ls-files', '*.md'], { cwd: REPOSITORY, encoding: 'utf8' }).trim().split('\n').filter((path) => path !== 'API.md');

/** As GitHub makes the anchor of a heading. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

function brokenLinks(path: string): string[] {
  const markdown = readFileSync(join(REPOSITORY, path), 'utf8').replace(/```[\s\S]*?```/g, '');
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((target) => !/^[a-z]+:/.test(target));
  return targets.filter((target) => {
    const [file, anchor] = target.split('#');
    const linked = file === '' ? join(REPOSITORY, path) : join(REPOSITORY, dirname(path), file);
    return !existsSync(linked) || (anchor !== undefined && !anchors(readFileSync(linked, 'utf8')).includes(anchor));
  });
}

test.each(DOCUMENTS)('the links of %s lead somewhere', (path) => {
  expect(brokenLinks(path)).toEqual([]);
});
