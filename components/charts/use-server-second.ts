'use client'

import { useEffect, useState } from 'react'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'

/** Epoch seconds on the server's clock, as far as the running burst tells; null when none runs. */
const heardSecond = ({ burst, live }: PageState): number | null =>
  burst?.status === 'running' ? Math.floor((Date.parse(burst.startedAt) + live.elapsedUs / 1_000) / 1_000) : null

/** The server's second while a burst runs, on its own where no sample comes: a chart that stands still would say that time does. */
export function useServerSecond(): number | null {
  const heard = usePage(heardSecond)
  const [ahead, setAhead] = useState({ of: heard, seconds: 0 })
  useEffect(() => {
    if (heard === null) return
    const timer = setInterval(
      () => setAhead((now) => ({ of: heard, seconds: now.of === heard ? now.seconds + 1 : 1 })),
      1_000,
    )
    return () => clearInterval(timer)
  }, [heard])
  if (heard === null) return null
  return heard + (ahead.of === heard ? ahead.seconds : 0)
}
