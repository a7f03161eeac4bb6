import { expect } from 'expect';
import * as circus from 'jest-circus';

// The equipment of tests takes these for granted: to be imported before it.
Object.assign(globalThis, { ...circus, expect });
