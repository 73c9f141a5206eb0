'use client'

import { useMemo } from 'react'
import { usePage } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { type BackendFacts, factsOf } from './backend-text.ts'
import { useServerNow } from './use-server-now.ts'

/** What is shown of every backend of the cluster, by key, in order of their numbers. */
export function useFacts(): ReadonlyMap<BackendKey, BackendFacts> {
  const backends = usePage((state) => state.cluster?.backends)
  const byBackend = usePage((state) => state.shown.live.byBackend)
  const answeredInAll = usePage((state) => state.shown.live.totals.answered)
  const measured = usePage((state) => state.shown.burst?.byBackend)
  const nowMs = useServerNow(backends?.some((backend) => backend.ejectedUntil !== null) ?? false)
  return useMemo(() => {
    const sorted = [...(backends ?? [])].sort((one, other) => one.number - other.number)
    return new Map(
      sorted.map((backend) => {
        const key = backend.backend
        const parts = { counts: byBackend[key], measured: measured?.find((share) => share.backend === key) }
        return [key, factsOf({ backend, ...parts, answeredInAll, nowMs })]
      }),
    )
  }, [backends, byBackend, answeredInAll, measured, nowMs])
}
