/**
 * Jest loads this before every test file. Apps in tests don't record where each construct was created: no test reads it, and it takes a
 * seventh of their processor time, since jest maps each frame of a stack.
 */
const { CDK_CONTEXT_JSON = '{}' } = process.env;
process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...JSON.parse(CDK_CONTEXT_JSON), 'aws:cdk:disable-creation-stack-traces': true });
