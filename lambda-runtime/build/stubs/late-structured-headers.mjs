/** Replaces `structured-headers` in the layer's CommonJS parts, and loads it on demand: most responses have no structured field. */
export const parseDictionary = (text) => require('./structured-fields.cjs').parseDictionary(text);
