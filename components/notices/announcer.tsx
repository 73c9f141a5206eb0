'use client'

import { useEffect, useRef, useState } from 'react'
import { type BackendNumbers, useBackendNumbers } from '#components/backends/numbers.ts'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { announcementOf } from './announcements.ts'

const whole = (state: PageState) => state

const sentenceOf = ({ shown: { burst, live, actions }, cluster }: PageState, numbers: BackendNumbers): string =>
  verdictOf({
    ...{
      burst,
      actions,
      numbers,
      totals: live.totals,
      answeredBy: live.byBackend,
      failover: burst?.failovers[0] ?? null,
    },
    backends: cluster?.backends ?? [],
  }).sentence

/** Tells a screen reader, politely, what has just happened. */
export function Announcer() {
  const state = usePage(whole)
  const numbers = useBackendNumbers()
  const before = useRef(state)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const announcement = announcementOf(before.current, state, () => sentenceOf(state, numbers))
    before.current = state
    if (announcement) setSaid(announcement)
  }, [state, numbers])
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}
