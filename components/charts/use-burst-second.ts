'use client'

import { useEffect, useState } from 'react'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'

/** Whole seconds of the running burst on the server's clock; null when none runs. */
const heardSecond = ({ shown: { burst, live } }: PageState): number | null =>
  burst?.status === 'running' ? Math.floor(live.elapsedUs / 1_000_000) : null

/** How many seconds the burst has run, on its own where no sample comes: a chart that stands still would say that time does. */
export function useBurstSecond(): number | null {
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
