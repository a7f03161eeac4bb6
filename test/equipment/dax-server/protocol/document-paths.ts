import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './attribute-values';

/** Names of attributes, and places in lists. */
export type DocumentPath = readonly (string | number)[];

/** Undefined if there is no value. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    value = typeof step === 'number' ? value?.L?.[step] : ownValue(value?.M, step);
  }
  return value;
}

/** Two overlapping paths, where one is a prefix of the other, which DynamoDB rejects; undefined if there are none. */
export function overlapping(paths: readonly DocumentPath[]): [DocumentPath, DocumentPath] | undefined {
  for (const [place, one] of paths.entries()) {
    const other = paths.slice(place + 1).find((candidate) => one.slice(0, candidate.length).every((step, at) => step === candidate[at])
      && candidate.slice(0, one.length).every((step, at) => step === one[at]));
    if (other !== undefined) {
      return [one, other];
    }
  }
  return undefined;
}

/** A path in the form of DynamoDB's messages. */
export function pathText(path: DocumentPath): string {
  return `[${path.map((step) => typeof step === 'number' ? `[${step}]` : step).join(', ')}]`;
}

function ownValue(map: Item | undefined, name: string): AttributeValue | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
