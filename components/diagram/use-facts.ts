'use client'

import { useEffect, useMemo, useState } from 'react'
import type { PageState, Shown } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { Backend, BackendKey } from '#lib/protocol/model.ts'
import { type BackendFacts, factsOf } from './backend-text.ts'

const recordedShown = ({ shown }: PageState): Shown | null => (shown.source === 'live' ? null : shown)

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

/** The backends of a run that is over, as far as it tells of them: how they were is not recorded. */
function recordedIn({ backends, generations }: Shown): Backend[] {
  const servers = new Map(
    [...generations.values()].flatMap((one) => one.servers.map((server) => [server.backend, server])),
  )
  return [...backends.values()].map(({ backend, number, address }) => ({
    ...{ backend, number, address, wanted: 'up', status: 'up', listed: true, ejectedUntil: null },
    weight: servers.get(backend)?.weight ?? 1,
  }))
}

/** What is shown of every backend, by key, in order of their numbers: of the cluster, or of the recorded run that is shown. */
export function useFacts(): ReadonlyMap<BackendKey, BackendFacts> {
  const present = usePage((state) => state.cluster?.backends)
  const recorded = usePage(recordedShown)
  const backends = useMemo(() => (recorded ? recordedIn(recorded) : present), [recorded, present])
  const isRecorded = recorded !== null
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
        return [key, factsOf({ backend, ...parts, answeredInAll, nowMs, isRecorded })]
      }),
    )
  }, [backends, byBackend, answeredInAll, measured, nowMs, isRecorded])
}
