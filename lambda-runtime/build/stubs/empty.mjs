/** Replaces a package that is loaded but not used. */
export default {};
export const fromNodeProviderChain = undefined;
