'use client'

import { useEffect, useRef, useState } from 'react'
import type { PageState } from '#lib/client/page-state.ts'
import { usePage } from '#lib/client/use-page.ts'
import { announcementOf } from './announcements.ts'

const whole = (state: PageState) => state

/** Tells a screen reader, politely, what has just happened. */
export function Announcer({ verdictOf }: { verdictOf: (state: PageState) => string | null }) {
  const state = usePage(whole)
  const before = useRef(state)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const announcement = announcementOf(before.current, state, verdictOf(state))
    before.current = state
    if (announcement) setSaid(announcement)
  }, [state, verdictOf])
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  )
}
