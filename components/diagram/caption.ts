import { groupDigits } from '#components/ui/figures.ts'
import { FLIGHT_MS } from '#lib/diagram/flight.ts'

/** 307 -> 300: a factor that is only about so much. */
const oneDigit = (value: number): number => {
  const ten = 10 ** Math.floor(Math.log10(value))
  return Math.round(value / ten) * ten
}

function pace(latencyMs: number | null): string {
  if (latencyMs === null || latencyMs <= 0) return `drawn after its answer in a flight of ${FLIGHT_MS / 1000} s`
  const factor = FLIGHT_MS / latencyMs
  if (factor >= 1.5) return `shown about ${groupDigits(oneDigit(factor))} times slower than it was`
  return factor > 0.67
    ? 'shown about as fast as it was'
    : `shown about ${oneDigit(1 / factor)} times faster than it was`
}

export type CaptionParts = {
  /** How many requests a plain dot stands for. */
  perDot: number
  /** The median latency of the burst; null: not known yet. */
  latencyMs: number | null
  isReducedMotion: boolean
  /** Failed or rescued requests that ended alike are drawn as one. */
  isMerging: boolean
}

/** What the dots mean: printed under the diagram. */
export function captionOf({ perDot, latencyMs, isReducedMotion, isMerging }: CaptionParts): string {
  if (isReducedMotion) return 'Reduced motion: no dots; the last backend to answer is outlined'
  const merged = isMerging ? '; those that failed alike are one, with their number' : ''
  if (perDot === 1) return `1 dot = 1 request, ${pace(latencyMs)}${merged}`
  const slower = pace(latencyMs).replace('it was', 'they were').replace('its answer', 'their answers')
  return `1 dot = ${groupDigits(perDot)} requests, ${slower}${merged || '; failed and rescued ones are drawn separately'}`
}
