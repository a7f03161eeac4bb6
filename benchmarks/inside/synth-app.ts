/**
 * An app with many functions, synthesized. Arguments: variant, number of functions, directory with their entries.
 *
 * The time includes imports, since `cdk synth` waits for them too.
 */
const [, , variant, functions, directory] = process.argv;

async function main(): Promise<void> {
  const startedAt = performance.now();
  const { App, Duration, Stack } = await import('aws-cdk-lib');
  const { Runtime } = await import('aws-cdk-lib/aws-lambda');
  const app = new App({ outdir: `${directory}/cdk.out` });
  const stack = new Stack(app, 'Stack');
  const propsOf = (number: number) => ({ entry: `${directory}/handler-${number}.ts`, runtime: Runtime.NODEJS_24_X });
  if (variant === 'cached') {
    const { CachedFunction } = await import('cdk-cached-function');
    for (let number = 0; number < Number(functions); number++) {
      new CachedFunction(stack, `Function${number}`, { ...propsOf(number), caching: { ttl: Duration.minutes(10) } });
    }
  } else {
    const { NodejsFunction } = await import('aws-cdk-lib/aws-lambda-nodejs');
    for (let number = 0; number < Number(functions); number++) {
      new NodejsFunction(stack, `Function${number}`, propsOf(number));
    }
  }
  const { Resources } = app.synth().getStackByName('Stack').template as { Resources: Record<string, { Type: string }> };
  const seconds = (performance.now() - startedAt) / 1_000;
  process.send!({ seconds, functions: Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').length });
}

void main();
