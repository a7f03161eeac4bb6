import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The directory that pom.xml sets. */
const DIRECTORY = join(__dirname, '..', '..', '..', '.cache', 'dynamodb-local');

/** DynamoDB Local is compiled for it. */
const MIN_JAVA_VERSION = 17;

/** What DynamoDB Local needs and this machine lacks, with the remedy; undefined if nothing is missing. */
export function missingDynamoDbLocal(): string | undefined {
  if (!(javaVersion() >= MIN_JAVA_VERSION)) {
    return `There is no Java ${MIN_JAVA_VERSION} or newer: apt-get install openjdk-17-jre-headless.`;
  }
  return isDownloaded()
    ? undefined
    : 'There is no DynamoDB Local: mvn -q -f test/equipment/dynamodb-local dependency:copy-dependencies (apt-get install maven).';
}

/**
 * The class path, for Java's option `-cp`.
 *
 * @throws Error if something is missing
 */
export function dynamoDbLocalClassPath(): string {
  const missing = missingDynamoDbLocal();
  if (missing !== undefined) {
    throw new Error(missing);
  }
  return join(DIRECTORY, '*');
}

let version: number | undefined;

/** NaN if there is no Java. */
function javaVersion(): number {
  // As in: openjdk version "17.0.15" 2025-04-15
  version ??= Number(/ version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1]);
  return version;
}

function isDownloaded(): boolean {
  try {
    return readdirSync(DIRECTORY).some((file) => file.startsWith('DynamoDBLocal-'));
  } catch {
    return false;
  }
}
