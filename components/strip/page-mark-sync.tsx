'use client'

import { useEffect, useRef } from 'react'
import { throttle } from '#lib/client/throttle.ts'
import { usePage } from '#lib/client/use-page.ts'
import { iconOf, titleOf } from './page-mark.ts'

/** A browser does much for a new title: it is told of one once a second at most. */
const TITLE_INTERVAL_MS = 1_000

/** Keeps the tab's icon and title in step with the state; draws nothing itself. */
export function PageMarkSync() {
  const icon = usePage(iconOf)
  const title = usePage(titleOf)
  const latest = useRef(title)
  const write = useRef<(() => void) | null>(null)
  useEffect(() => {
    const { call, stop } = throttle(TITLE_INTERVAL_MS, () => {
      if (document.title !== latest.current) document.title = latest.current
    })
    write.current = call
    return stop
  }, [])
  useEffect(() => {
    latest.current = title
    write.current?.()
  }, [title])
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link) link.href = `/favicon-${icon}.svg`
  }, [icon])
  return null
}
