'use client'

import { useSyncExternalStore } from 'react'
import { chosenTheme, subscribeTheme, type ThemeChoice } from './theme.ts'

const painted = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')

export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribeTheme, chosenTheme, () => 'system')

/** The theme on screen: a canvas that depends on it draws again. */
export const usePaintedTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribeTheme, painted, () => 'light')
