import type { KeyboardEvent } from 'react'
import type { Box } from '#lib/diagram/arrange.ts'
import type { FrontDoorView } from '#lib/protocol/model.ts'
import { StatusShape } from './status-shape.tsx'

/** The person at the page: how many of its requests are on their way now, which the dots in the air do not tell. */
export function YouNode({ box, inFlight }: { box: Box; inFlight: number }) {
  return (
    <TwoRows box={box} title="you">
      {inFlight} in flight
    </TwoRows>
  )
}

type DoorNodeProps = { box: Box; door: FrontDoorView; isChosen: boolean; onSelect: () => void }

/** A button: the front door can be selected. */
export function DoorNode({ box, door, isChosen, onSelect }: DoorNodeProps) {
  const isUp = door.status === 'up'
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onSelect()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button element inside an SVG.
    <g
      aria-label={`front door, ${isUp ? door.algorithm : door.status}`}
      aria-pressed={isChosen}
      className="group cursor-pointer outline-none"
      onClick={onSelect}
      onKeyDown={handleKeyDown}
      role="button"
      tabIndex={0}
    >
      <TwoRows box={box} edge="var(--edge)" isChosen={isChosen} title="front door">
        {isUp ? door.algorithm : door.status}
      </TwoRows>
      {!isUp && <StatusShape condition={door.status} x={box.x + box.width - 18} y={box.y + 8} />}
      <rect
        className="opacity-0 group-focus-visible:opacity-100"
        fill="none"
        height={box.height + 8}
        rx={15}
        stroke="var(--focus)"
        strokeWidth={2}
        width={box.width + 8}
        x={box.x - 4}
        y={box.y - 4}
      />
    </g>
  )
}

type TwoRowsProps = { box: Box; title: string; edge?: string; isChosen?: boolean; children: React.ReactNode }

function TwoRows({ box, title, edge = 'var(--line)', isChosen = false, children }: TwoRowsProps) {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return (
    <g textAnchor="middle">
      <rect
        {...box}
        fill="var(--raise)"
        rx={12}
        stroke={isChosen ? 'var(--text)' : edge}
        strokeWidth={isChosen ? 2 : 1}
      />
      <text className="font-semibold text-sm" fill="var(--text)" x={x} y={y - 4}>
        {title}
      </text>
      <text className="text-xs" fill="var(--text-muted)" x={x} y={y + 14}>
        {children}
      </text>
    </g>
  )
}
