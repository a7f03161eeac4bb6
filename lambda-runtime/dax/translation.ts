import Util from '@amazon-dax-sdk/lib-dax/src/Util.js';
import type { TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { withPlainBytes } from './bytes.js';
import type { Input, Operation } from './operations.js';

/** Converts between JavaScript's and DynamoDB's values, by the rules of the AWS SDK's document client. */
export class Translation {
  private readonly marshallOptions: object;
  private readonly unmarshallOptions: object;

  public constructor({ marshallOptions, unmarshallOptions }: TranslateConfig = {}) {
    this.marshallOptions = { convertTopLevelContainer: true, ...marshallOptions };
    this.unmarshallOptions = { convertWithoutMapWrapper: true, ...unmarshallOptions };
  }

  /** @throws if there is a value that DynamoDB does not support */
  public request({ document }: Operation, input: Input): Record<string, unknown> {
    return Util.marshallInput(input, Util.inputKeyNodes(document), this.marshallOptions);
  }

  public answer({ document }: Operation, output: unknown): Record<string, unknown> {
    return withPlainBytes(Util.unmarshallOutput(output, Util.outputKeyNodes(document), this.unmarshallOptions));
  }
}
