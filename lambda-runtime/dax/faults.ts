import DaxClientError from '@amazon-dax-sdk/client-dax/src/DaxClientError.js';
import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import { withPlainBytes } from './bytes.js';
import type { SdkErrors } from './sdk.js';

/**
 * What an error of DAX means for the request:
 *
 * - `answer`: DynamoDB's own, about the request. Whoever made the request gets it.
 * - `declined`: it was not done, and nothing is wrong with DAX: throttled, or more than DAX's client can say.
 * - `undone`: DAX or the way to it is at fault, and the request was not done.
 * - `unknown`: the same, and nobody knows whether the request was done.
 */
export type Fault = 'answer' | 'declined' | 'undone' | 'unknown';

/** DynamoDB's errors about a request, which it would have made without DAX too. */
const ANSWERS: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException', 'IdempotentParameterMismatchException', 'ItemCollectionSizeLimitExceededException',
  'ResourceInUseException', 'ResourceNotFoundException', 'TransactionCanceledException', 'TransactionConflictException',
  'TransactionInProgressException', 'ValidationException',
]);

/** The AWS SDK waits and tries again on these, when DynamoDB itself says them. */
const THROTTLING: ReadonlySet<string> = new Set([
  'LimitExceededException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException',
]);

/** What begins the codes of errors that are the request's fault; all others are some server's. */
const REQUEST_ERROR = 4;

/** The fourth code of what DAX does not do and DynamoDB may. */
const NOT_IMPLEMENTED = 44;

/** DynamoDB's, which says nothing about what was done. */
const INTERNAL = 'InternalServerErrorException';

/** @param wasSent whether the request had begun to go out */
export function faultOf(error: unknown, wasSent: boolean): Fault {
  if (error instanceof DaxServiceError) {
    return faultOfReply(error);
  }
  if (isOfInput(error, wasSent)) {
    return 'declined';
  }
  return wasSent ? 'unknown' : 'undone';
}

/** Whether the client could not put the request into DAX's words. Where that happened half-way, DAX has not got a whole request. */
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

/** DAX's error as the AWS SDK would have made it. */
export function answerOf(error: DaxServiceError, sdk: SdkErrors): Error {
  const { code: name, _message: message, statusCode, requestId, cancellationReasons } = error;
  const options = {
    name,
    message,
    $fault: 'client' as const,
    $metadata: { httpStatusCode: statusCode, requestId: requestId ?? undefined },
    ...(cancellationReasons !== undefined && { CancellationReasons: withPlainBytes(cancellationReasons) as [] }),
  };
  const Known = name in sdk ? sdk[name as keyof SdkErrors] : sdk.DynamoDBServiceException;
  return new Known(options);
}
