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

export function DoorNode({ box, door }: { box: Box; door: FrontDoorView }) {
  const isUp = door.status === 'up'
  return (
    <g>
      <TwoRows box={box} edge="var(--edge)" title="front door">
        {isUp ? door.algorithm : door.status}
      </TwoRows>
      {!isUp && <StatusShape condition={door.status} x={box.x + box.width - 18} y={box.y + 8} />}
    </g>
  )
}

type TwoRowsProps = { box: Box; title: string; edge?: string; children: React.ReactNode }

function TwoRows({ box, title, edge = 'var(--line)', children }: TwoRowsProps) {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return (
    <g textAnchor="middle">
      <rect {...box} fill="var(--raise)" rx={12} stroke={edge} />
      <text className="font-semibold text-sm" fill="var(--text)" x={x} y={y - 4}>
        {title}
      </text>
      <text className="text-xs" fill="var(--text-muted)" x={x} y={y + 14}>
        {children}
      </text>
    </g>
  )
}
