'use client'

import { useSyncExternalStore } from 'react'

const KEY = 'robinscope.letters'
const listeners = new Set<() => void>()
let unkept: boolean | null = null

/** Whether single-character keys work. On until somebody switched them off. */
export function lettersOn(): boolean {
  try {
    return unkept ?? localStorage.getItem(KEY) !== 'off'
  } catch {
    return unkept ?? true
  }
}

export function switchLetters(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
    unkept = null
  } catch {
    unkept = on
  }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useLettersOn = (): boolean => useSyncExternalStore(subscribe, lettersOn, () => true)
