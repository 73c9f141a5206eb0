'use client'

import type { PageState, Selection } from '#lib/client/page-state.ts'
import { usePage, useSampleLog, useSelect } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

const selectionOf = (state: PageState): Selection => state.selection

export const useSelection = (): Selection => usePage(selectionOf)

/** The backend that is selected; null: another thing, or nothing. */
export const selectedBackend = ({ selection }: PageState): BackendKey | null =>
  selection?.kind === 'backend' ? selection.backend : null

export const isDoorSelected = ({ selection }: PageState): boolean => selection?.kind === 'front-door'

/** The request that is selected, by its sequence number; null: another thing, or nothing. */
export const selectedSeq = ({ selection }: PageState): number | null =>
  selection?.kind === 'request' ? selection.seq : null

/** The event that is selected, by its id; null: another thing, or nothing. */
export const selectedEvent = ({ selection }: PageState): number | null =>
  selection?.kind === 'event' ? selection.id : null

/** Whether two selections are of the same thing. */
export const isSameSelection = (one: Selection, other: Selection): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Selects the thing; a thing that is selected already is let go, as a second press of a toggle. */
export function useToggleSelection(): (thing: Exclude<Selection, null>) => void {
  const selection = useSelection()
  const select = useSelect()
  return (thing) => select(isSameSelection(selection, thing) ? null : thing)
}

/** Walks from request to request on the tape, +1 or -1; the first step selects the newest. Holes are stepped over. */
export function useWalkRequests(): (by: 1 | -1) => void {
  const log = useSampleLog()
  const seq = usePage(selectedSeq)
  const select = useSelect()
  return (by) => {
    if (log.nextSeq === log.firstSeq) return
    let to = seq === null ? log.nextSeq - 1 : Math.min(Math.max(seq + by, log.firstSeq), log.nextSeq - 1)
    while (!log.has(to) && to + by >= log.firstSeq && to + by < log.nextSeq) to += by
    if (log.has(to)) select({ kind: 'request', seq: to })
  }
}
