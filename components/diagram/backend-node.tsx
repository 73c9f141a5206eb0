import { groupDigits } from '#components/ui/figures.ts'
import { hueOf, shortName } from '#lib/client/hues.ts'
import type { Box } from '#lib/diagram/arrange.ts'
import type { Look } from '#lib/diagram/layout.ts'
import { type BackendFacts, cardTexts, conditionText } from './backend-text.ts'
import { StatusShape } from './status-shape.tsx'

export const STRIPES_ID = 'backend-stripes'

type NodeProps = { facts: BackendFacts; box: Box; look: Look; isLast: boolean; isStale: boolean; isChosen: boolean }

/** Not by opacity: what is faint must still be read. */
const inkOf = ({ condition }: BackendFacts): string =>
  condition === 'down' || condition === 'starting' ? 'var(--text-muted)' : 'var(--text)'

/** One backend as a card, a line or a chip. Its hue is a bar at its left, where its edge arrives. */
export function BackendNode({ facts, box, look, isLast, isStale, isChosen }: NodeProps) {
  const hue = hueOf(facts.backend.number)
  const radius = look === 'cards' ? 10 : 5
  const barWidth = look === 'cards' ? 6 : 4
  return (
    <>
      <rect
        {...box}
        fill="var(--raise)"
        rx={radius}
        stroke={isChosen ? 'var(--text)' : isLast ? hue.css : 'var(--line)'}
        strokeWidth={isChosen || isLast ? 2 : 1}
      />
      <rect
        fill={hue.css}
        fillOpacity={isStale ? 0.5 : 1}
        height={box.height}
        rx={Math.min(3, barWidth / 2)}
        width={barWidth}
        x={box.x}
        y={box.y}
      />
      {hue.striped && <rect fill={`url(#${STRIPES_ID})`} height={box.height} width={barWidth} x={box.x} y={box.y} />}
      {look === 'cards' && <Card box={box} facts={facts} />}
      {look === 'lines' && <Line box={box} facts={facts} />}
      {look === 'chips' && <Chip box={box} facts={facts} />}
      <rect
        className="opacity-0 group-focus-visible:opacity-100"
        fill="none"
        height={box.height + 6}
        rx={radius + 2}
        stroke="var(--focus)"
        strokeWidth={2}
        width={box.width + 6}
        x={box.x - 3}
        y={box.y - 3}
      />
    </>
  )
}

function Card({ facts, box }: { facts: BackendFacts; box: Box }) {
  const { backend, answered, condition } = facts
  const middle = box.y + box.height / 2
  const right = box.x + box.width - 16
  const texts = cardTexts(facts, box.width - 37 - 16)
  return (
    <>
      <text className="num font-semibold text-base" fill={inkOf(facts)} x={box.x + 22} y={middle - 5}>
        {backend.number}
        <tspan dx={12}>{backend.backend}</tspan>
      </text>
      <text className="num text-base" fill={inkOf(facts)} textAnchor="end" x={right} y={middle - 5}>
        {groupDigits(answered)}
      </text>
      <StatusShape condition={condition} x={box.x + 22} y={middle + 6} />
      <text className="text-xs" fill="var(--text-muted)" x={box.x + 37} y={middle + 15}>
        {texts.left}
      </text>
      <text className="text-xs" fill="var(--text-muted)" textAnchor="end" x={right} y={middle + 15}>
        {texts.right}
      </text>
    </>
  )
}

function Line({ facts, box }: { facts: BackendFacts; box: Box }) {
  const { backend, answered, condition } = facts
  const base = box.y + box.height / 2 + 4
  const right = box.x + box.width - 10
  return (
    <>
      <text className="num font-semibold text-xs" fill={inkOf(facts)} x={box.x + 14} y={base}>
        {backend.number}
      </text>
      <text className="num text-xs" fill={inkOf(facts)} x={box.x + 36} y={base}>
        {backend.backend}
      </text>
      <StatusShape condition={condition} x={box.x + 132} y={base - 9} />
      <text className="text-xs" fill="var(--text-muted)" x={box.x + 147} y={base}>
        {box.width >= 300 ? conditionText(facts, false) : ''}
      </text>
      <text className="num text-xs" fill={inkOf(facts)} textAnchor="end" x={right} y={base}>
        {groupDigits(answered)}
      </text>
    </>
  )
}

/** Bar, number, four digits and the shape; a count is shown where it finds room beside them. */
const CHIP_WITHOUT_COUNT = 84
const DIGIT_WIDTH = 7

function Chip({ facts, box }: { facts: BackendFacts; box: Box }) {
  const { backend, answered, condition } = facts
  const base = box.y + box.height / 2 + 4
  return (
    <>
      <text className="num text-2xs" fill={inkOf(facts)} x={box.x + 9} y={base}>
        <tspan className="font-semibold">{backend.number}</tspan>
        <tspan dx={5}>{shortName(backend.backend)}</tspan>
      </text>
      {box.width >= CHIP_WITHOUT_COUNT + groupDigits(answered).length * DIGIT_WIDTH && (
        <text className="num text-2xs" fill="var(--text-muted)" textAnchor="end" x={box.x + box.width - 19} y={base}>
          {groupDigits(answered)}
        </text>
      )}
      <StatusShape condition={condition} x={box.x + box.width - 15} y={base - 9} />
    </>
  )
}
