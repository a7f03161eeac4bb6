/** The layer's part that parses structured fields, which few responses have. */
export { parseDictionary } from 'structured-headers';
