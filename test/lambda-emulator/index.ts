export { functionsFromAssembly, type AssemblyOptions } from './cloud-assembly';
export type { EmulatedFunction } from './emulated-function';
export type { Environment, EnvironmentState } from './environment';
export { missingFakeClock, type ClockMode } from './fake-clock';
export type { FunctionDefinition, LambdaRuntime } from './function-definition';
export { InProcessFunction } from './in-process';
export type { FunctionError, Invocation, InvocationResponse, InvocationResult, InvokeOptions, LogLine } from './invocation';
export { LambdaEmulator, type EmulatorOptions } from './lambda-emulator';
export { missingParts } from './node-binaries';
