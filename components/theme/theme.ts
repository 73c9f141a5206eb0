'use client'

import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** Also read by public/theme.js, before the first paint. */
export const THEME_KEY = 'robinscope.theme'

const DARK = '(prefers-color-scheme: dark)'
const listeners = new Set<() => void>()
/** Where the browser keeps nothing, the choice holds for this visit. */
let unkept: ThemeChoice | null = null

const isChoice = (text: string | null): text is ThemeChoice => text === 'light' || text === 'dark' || text === 'system'

/** What the person chose; `system` until then, and where nothing can be kept. */
export function chosenTheme(): ThemeChoice {
  try {
    const kept = localStorage.getItem(THEME_KEY)
    return unkept ?? (isChoice(kept) ? kept : 'system')
  } catch {
    return unkept ?? 'system'
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(THEME_KEY, choice)
    unkept = null
  } catch {
    unkept = choice
  }
  paint(choice)
  for (const listener of listeners) listener()
}

function paint(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && matchMedia(DARK).matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

/** Hears of every change of the colours on screen: chosen here, in another tab, or by the system. Returns the way to stop. */
function subscribeTheme(listener: () => void): () => void {
  const system = matchMedia(DARK)
  const repaint = () => {
    paint(chosenTheme())
    listener()
  }
  listeners.add(listener)
  system.addEventListener('change', repaint)
  addEventListener('storage', repaint)
  return () => {
    listeners.delete(listener)
    system.removeEventListener('change', repaint)
    removeEventListener('storage', repaint)
  }
}

export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribeTheme, chosenTheme, () => 'system')

const painted = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')

/** The theme on screen: a canvas that depends on it draws again. */
export const usePaintedTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribeTheme, painted, () => 'light')
