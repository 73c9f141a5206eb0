'use client'

import { type KeyboardEvent, useRef, useState } from 'react'
import type { DiagramLayout } from '#lib/diagram/layout.ts'
import type { BackendKey } from '#lib/protocol/model.ts'

export type RovingFocus = {
  /** The one that Tab reaches. */
  tabStop: BackendKey | null
  focused: BackendKey | null
  onFocus: (backend: BackendKey) => void
  onBlur: () => void
  onKeyDown: (event: KeyboardEvent) => void
  register: (backend: BackendKey, element: SVGGElement | null) => void
}

/** How far a key goes among the backends; null: not one of ours. Up and down go by rows in a grid. */
export function stepOf(key: string, columns: number): number | 'first' | 'last' | null {
  if (key === 'ArrowRight') return 1
  if (key === 'ArrowLeft') return -1
  if (key === 'ArrowDown') return columns
  if (key === 'ArrowUp') return -columns
  if (key === 'Home') return 'first'
  return key === 'End' ? 'last' : null
}

const columnsOf = ({ backends }: DiagramLayout): number =>
  Math.max(1, backends.filter(({ box }) => box.y === backends[0]?.box.y).length)

/** One tab stop for all backends; arrow keys go from one to the next, Enter selects. */
export function useRovingFocus(layout: DiagramLayout | null, onSelect: (backend: BackendKey) => void): RovingFocus {
  const elements = useRef(new Map<BackendKey, SVGGElement>())
  const [visited, setVisited] = useState<BackendKey | null>(null)
  const [focused, setFocused] = useState<BackendKey | null>(null)
  const order = layout?.backends.map(({ backend }) => backend) ?? []
  const tabStop = visited !== null && order.includes(visited) ? visited : (order[0] ?? null)
  return {
    tabStop,
    focused: focused !== null && order.includes(focused) ? focused : null,
    onFocus: (backend) => {
      setVisited(backend)
      setFocused(backend)
    },
    onBlur: () => setFocused(null),
    onKeyDown: (event) => {
      if ((event.key === 'Enter' || event.key === ' ') && focused !== null) {
        event.preventDefault()
        onSelect(focused)
        return
      }
      const step = layout ? stepOf(event.key, columnsOf(layout)) : null
      if (step === null || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      const at = tabStop === null ? 0 : order.indexOf(tabStop)
      const wanted = step === 'first' ? 0 : step === 'last' ? order.length - 1 : at + step
      const next = order[Math.min(Math.max(wanted, 0), order.length - 1)]
      if (next !== undefined) elements.current.get(next)?.focus()
    },
    register: (backend, element) => {
      if (element) elements.current.set(backend, element)
      else elements.current.delete(backend)
    },
  }
}
