/** The table that the handlers read. */
export const TABLE = 'products';
