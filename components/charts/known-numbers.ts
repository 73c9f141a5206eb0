'use client'

import { shortName } from '#lib/client/hues.ts'
import type { PageState, Shown } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export type KnownNumbers = ReadonlyMap<BackendKey, number>

/** More than ever stand in one picture; the oldest go first. */
const MAX_KNOWN = 2_000

type Seen = { cluster: PageState['cluster']; actions: PageState['shown']['actions'] }
type Numbered = { backend: BackendKey; number: number }

/** An action at a backend begins with its number: "2 left". For a page that was opened after that. */
const numberedIn = (actions: Seen['actions']): Numbered[] =>
  actions.flatMap(({ backend, label }) => {
    const number = Number.parseInt(label, 10)
    return backend !== null && number > 0 ? [{ backend, number }] : []
  })

/**
 * A reader of the numbers of all backends ever seen: one that is gone is absent from the snapshot, but its requests
 * are still on the charts and in the table. The same map until a backend is new.
 */
export function createNumberReader(): (state: {
  cluster: Seen['cluster']
  shown: Pick<Shown, 'actions'>
}) => KnownNumbers {
  let known: KnownNumbers = new Map()
  let read: Seen = { cluster: null, actions: [] }
  return ({ cluster, shown: { actions } }) => {
    // Asked at every change of the page's state, answered from the last time unless one of these is new.
    if (read.cluster === cluster && read.actions === actions) return known
    read = { cluster, actions }
    const all = [...numberedIn(actions), ...(cluster?.backends ?? [])]
    const fresh = all.filter((one) => known.get(one.backend) !== one.number)
    if (fresh.length > 0) known = new Map([...known, ...fresh.map(entryOf)].slice(-MAX_KNOWN))
    return known
  }
}

const entryOf = ({ backend, number }: Numbered) => [backend, number] as const

const readNumbers = createNumberReader()

export const useKnownNumbers = (): KnownNumbers => usePage(readNumbers)

/** `2 7be0`: number and first hex digits, as at every place where there is a colour. */
export const nameOf = (backend: BackendKey, numbers: KnownNumbers): string =>
  `${numbers.get(backend) ?? '?'} ${shortName(backend)}`
