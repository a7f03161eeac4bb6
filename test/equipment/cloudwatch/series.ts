/** A value for each period, undefined if there is no data. */
export interface Series {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
}
