import { inspect } from 'node:util'

/**
 * docker-modem inspects the options of every call, hidden fields and all depths, for a debug line that nobody reads. An agent or a
 * signal brings half of the process with it there: this leaves them their name. Cost of 50 containers made, before: 10 s of CPU.
 */
export function quiet<Thing extends object>(thing: Thing): Thing {
  return Object.defineProperty(thing, inspect.custom, { value: () => thing.constructor.name })
}
