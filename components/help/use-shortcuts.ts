'use client'

import { useEffect, useEffectEvent } from 'react'
import { lettersOn } from './letters-switch.ts'
import { type Shortcut, shortcutOf } from './shortcuts.ts'

const FIELDS = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]'
const OVERLAYS = '[role="dialog"]'

/** Listens on the whole page, once. A key that means nothing here is left alone. */
export function useShortcuts(commands: Record<Shortcut, () => void>): void {
  const run = useEffectEvent((shortcut: Shortcut) => commands[shortcut]())
  useEffect(() => {
    const handleKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const at = event.target instanceof Element ? event.target : null
      const shortcut = shortcutOf(
        {
          key: event.key,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          repeated: event.repeat,
          inField: at?.closest(FIELDS) != null,
          inOverlay: document.querySelector(OVERLAYS) !== null,
        },
        lettersOn(),
      )
      if (!shortcut) return
      event.preventDefault()
      run(shortcut)
    }
    document.addEventListener('keydown', handleKeyDown)
    return () => document.removeEventListener('keydown', handleKeyDown)
  }, [])
}
