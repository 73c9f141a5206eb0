'use client'

import { useEffect, useEffectEvent } from 'react'
import { lettersOn } from './letters-switch.ts'
import { type Shortcut, shortcutOf } from './shortcuts.ts'

const FIELDS = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]'
const OVERLAYS = '[role="dialog"]'

/** Listens on the whole page, once. A key that means nothing here is left alone. */
export function useShortcuts(commands: Record<Shortcut, (key: string) => void>): void {
  const run = useEffectEvent((shortcut: Shortcut, key: string) => commands[shortcut](key))
  useEffect(() => {
    const handleKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const at = event.target instanceof Element ? event.target : null
      const field = at?.closest<HTMLElement>(FIELDS) ?? null
      const inOverlay = document.querySelector(OVERLAYS) !== null
      if (event.key === 'Escape' && field && !inOverlay) {
        field.blur()
        event.preventDefault()
        return
      }
      const shortcut = shortcutOf(
        {
          key: event.key,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          repeated: event.repeat,
          inField: field !== null,
          inOverlay,
        },
        lettersOn(),
      )
      if (!shortcut) return
      event.preventDefault()
      run(shortcut, event.key)
    }
    document.addEventListener('keydown', handleKeyDown)
    return () => document.removeEventListener('keydown', handleKeyDown)
  }, [])
}
