/** A document in CloudWatch's embedded metric format. */
export interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

const UNITS = /^(Seconds|Microseconds|Milliseconds|Percent|None|(Count|Bytes|Bits|(Kilo|Mega|Giga|Tera)(bytes|bits))(\/Second)?)$/;

/** Lambda splits what is longer into several log events, none of which would be JSON. */
const MAX_BYTES = 256 * 1024;

/**
 * What is wrong with the line, by the specification of the embedded metric format: its JSON schema, what it demands of
 * references to the root's members, and CloudWatch's own limits on names and dimensions. Empty: nothing.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfErrors(line: string): string[] {
  const errors: string[] = [];
  const check = (holds: boolean, error: string) => {
    if (!holds) {
      errors.push(error);
    }
    return holds;
  };
  check(line.endsWith('\n') && !line.trimEnd().includes('\n'), 'is not exactly one line');
  check(Buffer.byteLength(line) < MAX_BYTES, `has ${Buffer.byteLength(line)} bytes`);
  const root = JSON.parse(line) as EmfDocument;
  check(line.startsWith('{"_aws":'), 'does not have the metadata at its root');
  check(Object.keys(root._aws).sort().join() === 'CloudWatchMetrics,Timestamp', `has the metadata ${Object.keys(root._aws).join()}`);
  check(Number.isInteger(root._aws.Timestamp) && root._aws.Timestamp > 1e12, `has the timestamp ${root._aws.Timestamp}, not milliseconds`);
  check(root._aws.CloudWatchMetrics.length > 0, 'has no metrics');
  for (const { Namespace, Dimensions, Metrics, ...more } of root._aws.CloudWatchMetrics) {
    check(Object.keys(more).length === 0, `has more members in a directive: ${Object.keys(more).join()}`);
    check(/^[A-Za-z0-9._\-/#:]{1,255}$/.test(Namespace) && !Namespace.startsWith('AWS/'), `has the namespace ${Namespace}`);
    check(Dimensions.length > 0, 'has no set of dimensions');
    for (const name of Dimensions.flat()) {
      const value = root[name];
      check(typeof value === 'string' && /^[\x21-\x7e][\x20-\x7e]{0,1023}$/.test(value) && !value.startsWith(':'), `has ${JSON.stringify(value)} for the dimension ${name}`);
    }
    check(Dimensions.every((set) => set.length <= 9 && new Set(set).size === set.length), 'has too many dimensions, or one twice');
    check(Metrics.length > 0 && Metrics.length <= 100, `has ${Metrics.length} metrics in a directive`);
    for (const { Name, Unit, ...other } of Metrics) {
      check(Object.keys(other).length === 0, `has more members in ${Name}: ${Object.keys(other).join()}`);
      check(typeof Name === 'string' && Name.length > 0 && Name.length <= 255, `has a metric named ${Name}`);
      check(Unit === undefined || UNITS.test(Unit), `has ${Name} in ${Unit}`);
      const values: unknown[] = [root[Name]].flat();
      check(values.length > 0 && values.length <= 100, `has ${values.length} values for ${Name}`);
      check(values.every((value) => typeof value === 'number'), `has ${Name} ${JSON.stringify(root[Name])}`);
    }
  }
  const published = root._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
    Dimensions.flatMap((set) => Metrics.map(({ Name }) => `${Name} by ${set.join()}`)));
  check(new Set(published).size === published.length, `publishes a metric twice: ${published.join('; ')}`);
  return errors;
}
