import { type Answer, callAws, nameOfError } from './aws';

export interface Question {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  /** Which parts of the answer matter, as in `Events.0.Message`, or `Events.*.Message` for that of each. */
  readonly pick: readonly string[];
}

/** Calls AWS, and returns its answer or its error's name: an assertion's own call cannot expect an error. */
export const handler = async ({ service, operation, input, pick }: Question) =>
  nameOfError(callAws(service, operation, input).then((answer) => pick.map((path) => partOf(answer, path.split('.')))));

function partOf(value: unknown, [name, ...names]: readonly string[]): unknown {
  if (name === undefined) {
    return value ?? null;
  }
  return name === '*' ? (value as unknown[]).map((each) => partOf(each, names)) : partOf((value as Answer | undefined)?.[name], names);
}
