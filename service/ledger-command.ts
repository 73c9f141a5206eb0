import type { Layer } from './answer.ts'
import { allowOnly, type Fields, integerOf, wordOf } from './check-fields.ts'
import type { Command } from './control-lines.ts'
import { createLedger } from './ledger.ts'

const MAX_IDS = 200_000

export type LedgerSwitch = {
  /** The layer that counts, while counting is on. */
  layers(): Layer[]
  command: Command
}

/**
 * The command `ledger`: `start` (from zero, with or without ids), `read` (from a place on), `reset` (to zero), `stop` (counts can
 * still be read). A request counts as executed when it has arrived whole, whatever becomes of its answer: that is when work is done.
 * `executed` is always counted, from the backend's start.
 */
export function createLedgerSwitch(changed: () => void, executed: () => number): LedgerSwitch {
  let maxIds = 0
  let ledger = createLedger(maxIds)
  let counting = false

  const layer: Layer = (next) => (request, response, status) => {
    ledger.note(request.method ?? '', maxIds > 0 ? request.headers['x-request-id'] : null)
    next(request, response, status)
  }

  function count(on: boolean): Fields {
    counting = on
    changed()
    return { counting, withIds: maxIds > 0 }
  }

  const acts: Record<'start' | 'read' | 'reset' | 'stop', Command> = {
    start(fields) {
      allowOnly(fields, ['act', 'ids'])
      if (typeof (fields.ids ?? false) !== 'boolean') throw new Error('ids: true or false is needed')
      maxIds = fields.ids === true ? MAX_IDS : 0
      ledger = createLedger(maxIds)
      return count(true)
    },
    read(fields) {
      allowOnly(fields, ['act', 'from'])
      const from = integerOf(fields, 'from', 0, MAX_IDS, 0)
      return { executed: executed(), counting, withIds: maxIds > 0, ...ledger.counts(), ...ledger.page(from) }
    },
    reset(fields) {
      allowOnly(fields, ['act'])
      ledger = createLedger(maxIds)
      return count(counting)
    },
    stop(fields) {
      allowOnly(fields, ['act'])
      return count(false)
    },
  }

  return {
    layers: () => (counting ? [layer] : []),
    command: (fields) => acts[wordOf(fields, 'act', ['start', 'read', 'reset', 'stop'])](fields),
  }
}
