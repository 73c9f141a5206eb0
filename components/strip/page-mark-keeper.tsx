'use client'

import { useEffect } from 'react'
import { usePage } from '#lib/client/use-page.ts'
import { iconOf, titleOf } from './page-mark.ts'

/** Keeps the tab's icon and title in step with the state; draws nothing itself. */
export function PageMarkKeeper() {
  const icon = usePage(iconOf)
  const title = usePage(titleOf)
  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link) link.href = `/favicon-${icon}.svg`
  }, [icon])
  return null
}
