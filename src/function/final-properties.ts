import { CfnResource, Stack } from 'aws-cdk-lib';

/**
 * A resource's properties in the template, after injectors, Aspects and escape hatches.
 *
 * @internal
 */
export function finalProperties(resource: CfnResource): Readonly<Record<string, unknown>> {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation(): object };
  const { Resources } = Stack.of(resource).resolve(render.call(resource)) as { Resources: Record<string, { Properties?: Record<string, unknown> }> };
  return Object.values(Resources)[0]?.Properties ?? {};
}

/**
 * A property, to the extent that it is known before the template is written: that of an escape hatch, else the given one.
 *
 * Unlike `finalProperties`, this may be called while the resource itself is resolved.
 *
 * @internal
 */
export function overridden(resource: CfnResource, name: string, given: unknown): unknown {
  const { rawOverrides } = resource as unknown as { rawOverrides: { Properties?: Record<string, unknown> } };
  return rawOverrides.Properties?.[name] ?? given;
}
