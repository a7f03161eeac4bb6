/** A DAX cluster for tests: it serves DAX's protocol to AWS's own client, and calls a DynamoDB behind it. */
export type { Counts } from './counts';
export { DaxServer, type DaxServerOptions } from './dax-server';
export type { FailOptions, Mode } from './faults';
export type { TlsOptions } from './node';
export type { Credentials } from './protocol/signature';
