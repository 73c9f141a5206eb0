'use client'

import { useEffect, useRef, useState } from 'react'
import { type KnownNumbers, useKnownNumbers } from '#components/charts/known-numbers.ts'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { announcementOf } from './announcements.ts'

const whole = (state: PageState) => state

const sentenceOf = ({ shown: { burst, live, actions }, cluster }: PageState, numbers: KnownNumbers): string =>
  verdictOf({
    ...{ burst, actions, numbers, totals: live.totals, answeredBy: live.byBackend, failover: live.failover },
    backends: cluster?.backends ?? [],
  }).sentence

/** Tells a screen reader, politely, what has just happened. */
export function Announcer() {
  const state = usePage(whole)
  const numbers = useKnownNumbers()
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
