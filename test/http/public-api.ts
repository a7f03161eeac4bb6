/** What the tests here use of the package. */
export * from 'cdk-cached-function/http';
export { fakeClock, isolated, reset } from 'cdk-cached-function/testing';
