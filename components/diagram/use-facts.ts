'use client'

import { useEffect, useMemo, useState } from 'react'
import { usePage } from '#lib/client/use-page.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { type BackendFacts, factsOf } from './backend-text.ts'

/** The server's clock as far as messages told it, epoch milliseconds, twice a second while `isWanted`; null else. */
function useServerNow(isWanted: boolean): number | null {
  const aheadMs = usePage((state) => state.serverAheadMs ?? 0)
  const [nowMs, setNowMs] = useState<number | null>(null)
  useEffect(() => {
    if (!isWanted) return
    const tick = () => setNowMs(Date.now())
    const timer = setInterval(tick, 500)
    const first = setTimeout(tick)
    return () => {
      clearInterval(timer)
      clearTimeout(first)
    }
  }, [isWanted])
  return isWanted && nowMs !== null ? nowMs + aheadMs : null
}

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
