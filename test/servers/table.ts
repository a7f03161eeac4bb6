import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(__dirname, '..', '..', 'docs', 'guide', 'choosing-a-tier.md');
const HEAD = ['| server | version | |', '|---|---|---|'];

export interface Row {
  readonly server: string;
  readonly version: string;
  readonly result: string;
}

/**
 * Puts rows into the table of servers; those of servers that were not tried stay as they are.
 *
 * @param order - the names of all servers
 */
export function writeTable(rows: readonly Row[], order: readonly string[]): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const start = text.indexOf(HEAD.join('\n'));
  const [table] = /(?:^\|.*\n)+/m.exec(text.slice(start))!;
  const lines = new Map(table.trimEnd().split('\n').slice(HEAD.length).map((line) => [line.split('|')[1].trim(), line]));
  rows.forEach(({ server, version, result }) => lines.set(server, `| ${server} | ${version} | ${result} |`));
  writeFileSync(DOCUMENT, text.replace(table, `${[...HEAD, ...order.flatMap((name) => lines.get(name) ?? [])].join('\n')}\n`));
}
