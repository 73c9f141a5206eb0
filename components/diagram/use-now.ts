'use client'

import { useEffect, useState } from 'react'

/** The page's clock, epoch milliseconds, twice a second while `isWanted`; null else. */
export function useNow(isWanted: boolean): number | null {
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
  return isWanted ? nowMs : null
}
