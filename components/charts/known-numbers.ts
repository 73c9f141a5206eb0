'use client'

import { shortName } from '#lib/client/hues.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export type KnownNumbers = ReadonlyMap<BackendKey, number>

/** More than ever stand in one picture; the oldest go first. */
const MAX_KNOWN = 2_000

/**
 * A reader of the numbers of all backends ever seen: one that is gone is absent from the snapshot, but its requests
 * are still on the charts and in the table. The same map until a backend is new.
 */
export function createNumberReader(): (state: Pick<PageState, 'cluster'>) => KnownNumbers {
  let known: KnownNumbers = new Map()
  return ({ cluster }) => {
    const fresh = cluster?.backends.filter((one) => known.get(one.backend) !== one.number) ?? []
    if (fresh.length > 0) {
      const entries = [...known, ...fresh.map((one) => [one.backend, one.number] as const)]
      known = new Map(entries.slice(-MAX_KNOWN))
    }
    return known
  }
}

const readNumbers = createNumberReader()

export const useKnownNumbers = (): KnownNumbers => usePage(readNumbers)

/** `2 7be0`: number and first hex digits, as at every place where there is a colour. */
export const nameOf = (backend: BackendKey, numbers: KnownNumbers): string =>
  `${numbers.get(backend) ?? '?'} ${shortName(backend)}`
