import type { Layer } from './answer.ts'
import { allowOnly, type Fields, wordOf } from './check-fields.ts'
import type { Command } from './control-lines.ts'
import { makeErrors } from './fault-errors.ts'
import { makeLatency } from './fault-latency.ts'

/** One thing that is wrong with a backend on purpose, with all its fields as they are in force. */
export type Fault = { shown: Fields; layer: Layer }

/** A further kind is a file of its own and a line here. */
const MAKERS = { latency: makeLatency, errors: makeErrors }
type Kind = keyof typeof MAKERS
const KINDS = Object.keys(MAKERS) as Kind[]

export type Faults = {
  /** What is on, in an order that does not depend on when it was switched on. */
  layers(): Layer[]
  commands: readonly (readonly [string, Command])[]
}

/** Faults that are switched on and off by command, at most one of each kind. `changed` is called after each that changed something. */
export function createFaults(changed: () => void): Faults {
  const on = new Map<Kind, Fault>()
  const inForce = (): Fault[] => KINDS.flatMap((kind) => on.get(kind) ?? [])
  const shown = (): Fields => ({ faults: inForce().map((fault) => fault.shown) })

  return {
    layers: () => inForce().map((fault) => fault.layer),
    commands: [
      [
        'fault',
        (fields) => {
          const kind = wordOf(fields, 'kind', KINDS)
          on.set(kind, MAKERS[kind](fields))
          changed()
          return shown()
        },
      ],
      [
        'heal',
        (fields) => {
          allowOnly(fields, ['kind'])
          if (fields.kind === undefined) on.clear()
          else on.delete(wordOf(fields, 'kind', KINDS))
          changed()
          return shown()
        },
      ],
      [
        'faults',
        (fields) => {
          allowOnly(fields, [])
          return shown()
        },
      ],
    ],
  }
}
