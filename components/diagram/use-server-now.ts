'use client'

import { useEffect, useState } from 'react'
import { usePage } from '#lib/client/use-page.ts'

/** The server's clock as far as messages told it, epoch milliseconds, twice a second while `isWanted`; null else. */
export function useServerNow(isWanted: boolean): number | null {
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
