'use client'

import { type KeyboardEvent, type RefObject, useState } from 'react'
import type { BackendNumbers } from '#components/backends/numbers.ts'
import { useToggleSelection } from '#components/selection/use-selection.ts'
import { cx } from '#components/ui/class-names.ts'
import type { BandFacts } from './band-events.ts'
import { eventWords, stretchWords } from './event-words.ts'

type BandButtonsProps = {
  facts: BandFacts
  numbers: BackendNumbers
  chosen: number | null
  /** Where the drawing finds them: it moves them along the tape's axis. */
  elements: RefObject<Map<number, HTMLElement>>
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }

/** Events and stretches as buttons over the picture: one tab stop for all, arrow keys go from one to the next. */
export function BandButtons({ facts, numbers, chosen, elements }: BandButtonsProps) {
  const toggle = useToggleSelection()
  const [visited, setVisited] = useState<number | null>(null)
  const things = [
    ...facts.stretches.map((one) => ({ id: one.id, name: stretchWords(one), isBar: true })),
    ...facts.events.map((event) => ({ id: event.id, name: eventWords(event, numbers), isBar: false })),
  ]
  const ids = things.map(({ id }) => id)
  const tabStop = visited !== null && ids.includes(visited) ? visited : ids[0]
  const handleKeyDown = (event: KeyboardEvent) => {
    const at = ids.indexOf(tabStop ?? 0)
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? ids.length - 1 : at + (STEPS[event.key] ?? 0)
    const isOurs = event.key in STEPS || event.key === 'Home' || event.key === 'End'
    if (!isOurs || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = ids[Math.min(Math.max(to, 0), ids.length - 1)]
    if (next !== undefined) elements.current.get(next)?.focus()
  }
  if (things.length === 0) return <p className="sr-only">Nothing has happened in this burst.</p>
  return (
    <div aria-label="Events" onKeyDown={handleKeyDown} role="toolbar">
      {things.map(({ id, name, isBar }) => (
        <button
          aria-label={name}
          aria-pressed={chosen === id}
          className={cx(
            'absolute left-0 rounded-xs outline-offset-0',
            isBar ? 'top-[19px] h-4' : 'top-0 h-[37px] hover:bg-text/10',
          )}
          key={id}
          onClick={() => toggle({ kind: 'event', id })}
          onFocus={() => setVisited(id)}
          ref={(element) => {
            if (element) elements.current.set(id, element)
            else elements.current.delete(id)
          }}
          tabIndex={id === tabStop ? 0 : -1}
          title={name}
          type="button"
        />
      ))}
    </div>
  )
}
