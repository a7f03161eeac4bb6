import type { Action, Name } from './world';

const get = (name: Name, key: 'k' | 'l', holds?: Extract<Action, { do: 'get' }>['holds']): Action => ({ do: 'get', in: name, key, holds });
const change = (name: Name, holds?: Extract<Action, { do: 'change' }>['holds']): Action => ({ do: 'change', in: name, key: 'k', holds });
const release = (name: Name, what: 'entry' | 'log' | 'origin'): Action => ({ do: 'release', in: name, what });

const LOSSES: readonly Action[] = [{ do: 'lose', what: 'log' }, { do: 'lose', what: 'index' }, { do: 'lose', what: 'all' }, { do: 'trim' }];

/** Everything that can happen to one environment: its calls, and its delayed messages. */
const ofEnvironment = (name: Name): readonly Action[] => [
  get(name, 'k'), get(name, 'l'), change(name),
  get(name, 'k', ['entry', 'answer']), get(name, 'k', ['entry', 'request']), get(name, 'k', ['log', 'answer']), get(name, 'k', ['log', 'request']),
  get(name, 'k', 'origin'), change(name, ['entry', 'request']), change(name, ['log', 'request']),
  release(name, 'entry'), release(name, 'log'), release(name, 'origin'), { do: 'freeze', in: name }, { do: 'cut', in: name },
];

/** All that can happen where nothing is late. */
export const EVERYTHING: readonly Action[] = [...ofEnvironment('B'), ...ofEnvironment('A'), ...LOSSES];

/** What can happen around one safeguard, so that longer sequences can be had: A changes, B reads. Leases are of a second. */
export const AROUND = {
  'the answers of the tier': [
    get('B', 'k', ['entry', 'answer']), get('B', 'k', ['entry', 'request']), change('A'), get('B', 'k'), get('B', 'l'), release('B', 'entry'), { do: 'freeze', in: 'B' },
  ],
  'the order of a change': [change('A', ['entry', 'request']), change('A', ['log', 'request']), get('B', 'k'), release('A', 'entry'), release('A', 'log')],
  'loads': [get('B', 'k', 'origin'), change('A'), get('B', 'l'), release('B', 'origin'), get('B', 'k'), { do: 'freeze', in: 'B' }],
  'the fence': [
    get('B', 'k', ['log', 'answer']), get('B', 'k', ['log', 'request']), change('A'), get('B', 'k'), release('B', 'log'), { do: 'freeze', in: 'B' }, { do: 'cut', in: 'B' },
  ],
  'losses': [change('A'), get('B', 'k'), ...LOSSES],
  'leases': [get('B', 'l', ['log', 'answer']), change('A'), { do: 'wait', ms: 1_100 }, release('B', 'log'), get('B', 'k')],
  'clocks': [get('B', 'k'), change('A'), { do: 'jump', in: 'B', ms: -3_600_000 }, { do: 'wait', ms: 1_100 }],
} as const satisfies Record<string, readonly Action[]>;
