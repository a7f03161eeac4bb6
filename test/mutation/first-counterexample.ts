import fc from 'fast-check';

// A mutant is noticed by any failure: the shortest one takes long to find.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
