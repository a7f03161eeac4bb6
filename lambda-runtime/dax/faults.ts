import DaxClientError from '@amazon-dax-sdk/client-dax/src/DaxClientError.js';
import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import { withPlainBytes } from './bytes.js';
import type { SdkErrors } from './sdk.js';

/**
 * The consequence of a DAX error for the request:
 *
 * - `answer`: DynamoDB's own error about the request. The caller gets it.
 * - `declined`: the request was not performed, but DAX works: throttling, or a request that DAX's client cannot encode.
 * - `undone`: DAX or the connection to it failed, and the request was not performed.
 * - `unknown`: the same, but it is unknown whether the request was performed.
 */
export type Fault = 'answer' | 'declined' | 'undone' | 'unknown';

/** DynamoDB's errors about a request, which it would have returned without DAX too. */
const ANSWERS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException', 'IdempotentParameterMismatchException', 'ItemCollectionSizeLimitExceededException',
  'ResourceInUseException', 'ResourceNotFoundException', 'TransactionCanceledException', 'TransactionConflictException',
  'TransactionInProgressException', 'ValidationException',
]);

/** The AWS SDK waits and retries after these errors from DynamoDB. */
const THROTTLING: ReadonlySet<string> = new Set([
  'LimitExceededException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException',
]);

/** The first code of errors that are the request's fault; all others are a server's fault. */
const REQUEST_ERROR = 4;

/** The fourth code of operations that DAX does not support and DynamoDB may. */
const NOT_IMPLEMENTED = 44;

/** DynamoDB's error that leaves open whether the request was performed. */
const INTERNAL = 'InternalServerErrorException';

/** @param wasSent whether sending the request had begun */
export function faultOf(error: unknown, wasSent: boolean): Fault {
  if (error instanceof DaxServiceError) {
    return faultOfReply(error);
  }
  if (isOfInput(error, wasSent)) {
    return 'declined';
  }
  return wasSent ? 'unknown' : 'undone';
}

/** Whether the client could not encode the request. Even if that happened halfway, DAX has not received a whole request. */
function isOfInput(error: unknown, wasSent: boolean): boolean {
  return error instanceof DaxClientError
    ? error.code === undefined || error.code === 'ValidationException'
    : error instanceof TypeError && !wasSent;
}

function faultOfReply({ code, codeSeq, statusCode, _tubeInvalid }: DaxServiceError): Fault {
  if (THROTTLING.has(code) || codeSeq?.[3] === NOT_IMPLEMENTED) {
    return 'declined';
  }
  if (codeSeq?.[0] !== REQUEST_ERROR || statusCode >= 500 || code === INTERNAL) {
    return 'unknown';
  }
  return ANSWERS.has(code) && !_tubeInvalid ? 'answer' : 'undone';
}

/** DAX's error in the AWS SDK's form. */
export function toSdkError(error: DaxServiceError, sdk: SdkErrors): Error {
  const { code: name, _message: message, statusCode, requestId, cancellationReasons } = error;
  const options = {
    name,
    message,
    $fault: 'client' as const,
    $metadata: { httpStatusCode: statusCode, requestId: requestId ?? undefined },
    ...(cancellationReasons !== undefined && { CancellationReasons: withPlainBytes(cancellationReasons).map(withoutNull) as [] }),
  };
  const Known = name in sdk ? sdk[name as keyof SdkErrors] : sdk.DynamoDBServiceException;
  return new Known(options);
}

/** A reason as the AWS SDK has it: an action that did not fail has a code, and neither an item nor a message. */
function withoutNull(reason: unknown): object {
  return Object.fromEntries(Object.entries(reason as object).filter(([, value]) => value !== null));
}
