'use client'

import { useMemo } from 'react'
import { shortName } from '#lib/client/hues.ts'
import type { PageState, Shown } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'

/** The replica's number of every backend that can stand in a picture. */
export type BackendNumbers = ReadonlyMap<BackendKey, number>

type Seen = { cluster: PageState['cluster']; backends: Shown['backends'] }

/**
 * A reader of numbers: the run that is shown names its own backends, gone or not; the cluster names those that have not
 * answered in it yet. The same map until a number is new.
 */
export function createNumberReader(): (state: {
  cluster: Seen['cluster']
  shown: Pick<Shown, 'backends'>
}) => BackendNumbers {
  let numbers: BackendNumbers = new Map()
  let read: Seen = { cluster: null, backends: new Map() }
  return ({ cluster, shown: { backends } }) => {
    // Asked at every change of the page's state, answered from the last time unless one of these is new.
    if (read.cluster === cluster && read.backends === backends) return numbers
    read = { cluster, backends }
    const all = new Map(
      [...(cluster?.backends ?? []), ...backends.values()].map(({ backend, number }) => [backend, number]),
    )
    const isSame = all.size === numbers.size && [...all].every(([backend, number]) => numbers.get(backend) === number)
    if (!isSame) numbers = all
    return numbers
  }
}

const readNumbers = createNumberReader()

export const useBackendNumbers = (): BackendNumbers => usePage(readNumbers)

/** Whom a number means: one of the picture that is shown, so of an earlier run only those that it knew. Null: nobody. */
export function backendWith(
  number: number,
  { cluster, shown }: { cluster: Seen['cluster']; shown: Pick<Shown, 'source' | 'backends'> },
): BackendKey | null {
  const present = shown.source === 'live' ? (cluster?.backends ?? []) : []
  return [...present, ...shown.backends.values()].find((one) => one.number === number)?.backend ?? null
}

const membersText = ({ cluster, shown: { backends, generations } }: PageState): string => {
  const own = [...generations.values()].flatMap(({ servers }) => servers.map(({ backend }) => backend))
  const all = new Set([...backends.keys(), ...own])
  // Before the first answer a run knows nobody: the cluster's backends are about to answer.
  return [...(all.size > 0 ? all : (cluster?.backends ?? []).map(({ backend }) => backend))].join(' ')
}

/** Who was in the front door's list during the run that is shown, whether they answered or not. */
export function useMembers(): readonly BackendKey[] {
  const text = usePage(membersText)
  return useMemo(() => (text === '' ? [] : text.split(' ')), [text])
}

/** `2 7be0`, as at every place where there is a colour; `2 7be04d9910ac` where there is room for the whole name. */
export function nameOf(backend: BackendKey, numbers: BackendNumbers, digits: 'short' | 'whole' = 'short'): string {
  if (backend === UNKNOWN_BACKEND) return 'unknown'
  return `${numbers.get(backend) ?? '?'} ${digits === 'short' ? shortName(backend) : backend}`
}

/** Numbered ones first, in order; then those without a number. */
export const byNumber = (numbers: BackendNumbers) => (one: BackendKey, other: BackendKey) =>
  (numbers.get(one) ?? Number.MAX_SAFE_INTEGER) - (numbers.get(other) ?? Number.MAX_SAFE_INTEGER)
