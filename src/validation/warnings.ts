import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The signature in newer versions of aws-cdk-lib than the oldest that we support. */
type AddWarning = (id: string, message: string, options?: { readonly context: object }) => void;

/**
 * Warns about a construct.
 *
 * @param id without the library's name; part of the API, since users silence warnings by it
 * @param context lets a user silence only some occurrences of the warning (aws-cdk-lib 2.276 and later)
 * @internal
 */
export function warn(construct: IConstruct, id: string, message: string, context: { readonly [name: string]: string }): void {
  const annotations = Annotations.of(construct);
  const addWarning: AddWarning = annotations.addWarningV2.bind(annotations);
  addWarning(`cdk-cached-function:${id}`, message, { context });
}
