import { handler } from './plain';

/** A handler within an exported object. */
export const api = { get: handler };
