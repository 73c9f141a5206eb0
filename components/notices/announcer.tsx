'use client'

import { useEffect, useRef, useState } from 'react'
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
  const before = useRef(state)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const announcement = announcementOf(before.current, state, () => sentenceOf(state))
    before.current = state
    if (announcement) setSaid(announcement)
  }, [state])
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}
