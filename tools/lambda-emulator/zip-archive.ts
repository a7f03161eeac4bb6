import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_FILE_HEADER = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/** Unpacks a zip file as AWS Lambda would. */
export function unzip(file: string, directory: string): void {
  const archive = readFileSync(file);
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== END_OF_CENTRAL_DIRECTORY) end--;
  if (end < 0) throw new Error(`${file} is no zip file`);
  const entries = archive.readUInt16LE(end + 10);
  let header = archive.readUInt32LE(end + 16);
  if (entries === 0xffff || header === 0xffffffff) throw new Error(`${file} is a zip file in the Zip64 format, which is not supported`);
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < entries; i++) {
    header = extract(archive, header, file, directory);
  }
}

/** @returns the position of the next entry's header */
function extract(archive: Buffer, header: number, file: string, directory: string): number {
  if (archive.readUInt32LE(header) !== CENTRAL_FILE_HEADER) throw new Error(`${file} is damaged`);
  const method = archive.readUInt16LE(header + 10);
  const compressedSize = archive.readUInt32LE(header + 20);
  const nameLength = archive.readUInt16LE(header + 28);
  const unixMode = archive.readUInt16LE(header + 40);
  const local = archive.readUInt32LE(header + 42);
  const name = archive.toString('utf8', header + 46, header + 46 + nameLength);
  const path = join(directory, name);
  if (relative(directory, path).startsWith('..')) throw new Error(`${file} wants to write outside its directory: ${name}`);
  if (name.endsWith('/')) {
    mkdirSync(path, { recursive: true });
  } else {
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const data = archive.subarray(start, start + compressedSize);
    if (method !== STORED && method !== DEFLATED) throw new Error(`${file} is compressed by method ${method}, which is not supported: ${name}`);
    mkdirSync(dirname(path), { recursive: true });
    // Layers' executables stay executable; zip files from Windows have no modes.
    writeFileSync(path, method === STORED ? data : inflateRawSync(data), { mode: unixMode % 0o1000 || 0o644 });
  }
  return header + 46 + nameLength + archive.readUInt16LE(header + 30) + archive.readUInt16LE(header + 32);
}
