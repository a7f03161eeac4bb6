/** Takes the place of a package that is loaded, and of which nothing is used. */
export default {};
export const fromNodeProviderChain = undefined;
