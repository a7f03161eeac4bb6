import { Refusal } from './client.js';

/** What DynamoDB has against one request, or the role against one operation. All else holds for the next request too, throttling above all. */
const OF_REQUEST: ReadonlySet<string> = new Set([
  'AccessDeniedException', 'ConditionalCheckFailedException', 'ItemCollectionSizeLimitExceededException', 'SerializationException', 'ValidationException',
]);

/** Whether an error is about one request, and DynamoDB is there for others: docs/behaviour.md has the table. */
export function isCommandError(error: unknown): boolean {
  return error instanceof Refusal && OF_REQUEST.has(error.type);
}
