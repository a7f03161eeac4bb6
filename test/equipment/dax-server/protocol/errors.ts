import type { CborValue } from '../cbor';
import { encodeSequence } from '../cbor';

/** Why a transaction was cancelled, one for each of its items. */
export interface CancellationReason {
  readonly code?: string;
  readonly message?: string;
  /** Encoded like attributes. */
  readonly item?: Buffer;
}

/**
 * An error response: a sequence of numbers, from the general to the particular, which also determines retries; a message; and details
 * that the client uses if it has no name for the sequence.
 */
export class DaxError extends Error {
  public constructor(
    public readonly code: string,
    message: string,
    private readonly details: { readonly statusCode?: number; readonly requestId?: string; readonly reasons?: readonly CancellationReason[] } = {},
  ) {
    super(message);
  }

  public encode(): Buffer {
    const { requestId = null, statusCode = 400, reasons } = this.details;
    const details: CborValue[] = [requestId, this.code, statusCode];
    if (reasons !== undefined) {
      details.push(reasons.flatMap(({ code, message, item }) => [code ?? null, message ?? null, item ?? null]));
    }
    return encodeSequence([[...(SEQUENCES[this.code] ?? UNKNOWN)], this.message, details]);
  }
}

/** If the first number is not 4, the client retries. */
const UNKNOWN = [4];
const OF_DYNAMODB = [4, 37, 38, 39];

/** The errors that the client knows; `AuthenticationRequiredException` makes it sign again and retry. */
const SEQUENCES: Partial<Record<string, readonly number[]>> = {
  ResourceNotFoundException: [...OF_DYNAMODB, 41],
  ProvisionedThroughputExceededException: [...OF_DYNAMODB, 40],
  ConditionalCheckFailedException: [...OF_DYNAMODB, 43],
  ResourceInUseException: [...OF_DYNAMODB, 45],
  ValidationException: [...OF_DYNAMODB, 46],
  InternalServerError: [...OF_DYNAMODB, 47],
  ItemCollectionSizeLimitExceededException: [...OF_DYNAMODB, 48],
  LimitExceededException: [...OF_DYNAMODB, 49],
  ThrottlingException: [...OF_DYNAMODB, 50],
  TransactionConflictException: [...OF_DYNAMODB, 57],
  TransactionCanceledException: [...OF_DYNAMODB, 58],
  TransactionInProgressException: [...OF_DYNAMODB, 59],
  IdempotentParameterMismatchException: [...OF_DYNAMODB, 60],
  RequestLimitExceeded: [...OF_DYNAMODB, 61],
  NotImplementedException: [4, 37, 38, 44],
  AuthenticationRequiredException: [4, 23, 31, 33],
};

export function validationError(message: string): DaxError {
  return new DaxError('ValidationException', message);
}

interface ServiceException extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Converts an error of DynamoDB or the server itself for the client. */
export function asDaxError(error: unknown): DaxError {
  if (error instanceof DaxError) {
    return error;
  }
  const { name, message, $metadata: { httpStatusCode: statusCode, requestId } = {} } = error as ServiceException;
  // DynamoDB's error, or another failure.
  return statusCode === undefined
    ? new DaxError('InternalServerError', `The DAX server failed: ${String(error)}`, { statusCode: 500 })
    : new DaxError(name, message, { statusCode, requestId });
}
