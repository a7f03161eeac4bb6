import { Size, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CapacityProvider, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { newFunction, newStack, propertiesOf } from './stacks';
import type { CachedFunctionProps } from '../../src';

/** A function that a capacity provider gets after it was made, which is the only way that CDK has. */
function onInstances(props: Partial<CachedFunctionProps>): Stack {
  const stack = newStack();
  const vpc = new Vpc(stack, 'Vpc');
  const capacity = new CapacityProvider(stack, 'Capacity', {
    subnets: vpc.privateSubnets, securityGroups: [new SecurityGroup(stack, 'Instances', { vpc })],
  });
  capacity.addFunction(newFunction(stack, props));
  return stack;
}

function nodeOptions(stack: Stack): string | undefined {
  return propertiesOf(stack).Environment.Variables.NODE_OPTIONS;
}

describe('a function of a capacity provider', () => {
  test('has no heap sizes if its memory size is not given: 128 MB would be wrong', () => {
    expect(nodeOptions(onInstances({}))).toBeUndefined();
    expect(nodeOptions(onInstances({ environment: { NODE_OPTIONS: '--enable-source-maps' } }))).toBe('--enable-source-maps');
  });

  test('may have a cache of any size if its memory size is not given, and a smaller one than its memory if it is', () => {
    expect(() => Template.fromStack(onInstances({ caching: { maxMemory: Size.gibibytes(1) } }))).not.toThrow();
    expect(() => Template.fromStack(onInstances({ memorySize: 2_048, caching: { maxMemory: Size.gibibytes(2) } }))).toThrow(/caching\.maxMemory .* 2048 MB/);
  });
});

describe('a function without a capacity provider', () => {
  test('has the heap sizes of 128 MB if its memory size is not given', () => {
    const stack = newStack();
    newFunction(stack);
    expect(nodeOptions(stack)).toBe('--max-old-space-size=56 --max-semi-space-size=2');
  });

  test('cannot have a cache of more than 128 MB if its memory size is not given', () => {
    const stack = newStack();
    newFunction(stack, { caching: { maxMemory: Size.gibibytes(1) } });
    expect(() => Template.fromStack(stack)).toThrow(/caching\.maxMemory must be at most 32 MiB in a function with 128 MB of memory.*, but is '1024 MiB'/);
  });

  test('cannot have a cache larger than a memory size that is set later', () => {
    const stack = newStack();
    const fn = newFunction(stack, { memorySize: 1_024, caching: { maxMemory: Size.mebibytes(512) } });
    (fn.node.defaultChild as CfnFunction).memorySize = 512;
    expect(() => Template.fromStack(stack)).toThrow(/caching\.maxMemory must be at most \d+ MiB in a function with 512 MB/);
  });
});
