/** A DAX cluster for tests: it speaks DAX's protocol to AWS's own client, and DynamoDB to whatever is behind it. */
export type { Counts } from './counts';
export { DaxServer, type DaxServerOptions } from './dax-server';
export type { FailOptions, Mode } from './faults';
export type { TlsOptions } from './node';
export type { Credentials } from './protocol/signature';
