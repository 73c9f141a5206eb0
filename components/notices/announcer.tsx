'use client'

import { useEffect, useRef, useState } from 'react'
import { nameOf, useBackendNumbers } from '#components/backends/numbers.ts'
import { runTime } from '#components/runs/run-text.ts'
import { verdictOf } from '#lib/analysis/verdict.ts'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { announcementOf } from './announcements.ts'

const whole = (state: PageState) => state

const sentenceOf = ({ shown }: PageState): string =>
  verdictOf({ ...shown, totals: shown.live.totals, answeredBy: shown.live.byBackend }).sentence

/** Tells a screen reader, politely, what has just happened. */
export function Announcer() {
  const state = usePage(whole)
  const numbers = useBackendNumbers()
  const before = useRef(state)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const announcement = announcementOf(before.current, state, {
      verdict: () => sentenceOf(state),
      backend: (key) => nameOf(key, numbers),
      run: (burst) => `run of ${runTime(burst)}`,
    })
    before.current = state
    if (announcement) setSaid(announcement)
  }, [state, numbers])
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}
