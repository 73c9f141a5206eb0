import type { Condition } from './backend-text.ts'

/** In a box of 10 by 10. The word stands beside it: shape and word, never a colour, tell how a backend is. */
const SHAPES: Record<Condition, { d: string; look: 'filled' | 'drawn'; half?: string }> = {
  recorded: { d: 'M2 5H8', look: 'drawn' },
  up: { d: 'M5 1A4 4 0 1 1 5 9A4 4 0 1 1 5 1Z', look: 'filled' },
  starting: { d: 'M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5Z', look: 'drawn' },
  draining: { d: 'M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5Z', look: 'drawn', half: 'M5 1A4 4 0 0 0 5 9Z' },
  paused: { d: 'M3 1.5V8.5M7 1.5V8.5', look: 'drawn' },
  down: { d: 'M1.5 1.5L8.5 8.5M8.5 1.5L1.5 8.5', look: 'drawn' },
  avoided: { d: 'M5 1.5A3.5 3.5 0 1 1 5 8.5A3.5 3.5 0 1 1 5 1.5ZM2.5 7.5L7.5 2.5', look: 'drawn' },
}

export function StatusShape({ condition, x, y }: { condition: Condition; x: number; y: number }) {
  const { d, look, half } = SHAPES[condition]
  return (
    <g
      fill={look === 'filled' ? 'var(--text-muted)' : 'none'}
      stroke={look === 'drawn' ? 'var(--text-muted)' : 'none'}
      strokeWidth={1.5}
      transform={`translate(${x} ${y})`}
    >
      <path d={d} />
      {half && <path d={half} fill="var(--text-muted)" stroke="none" />}
    </g>
  )
}
