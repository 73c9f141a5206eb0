import type { BackendKey } from '#lib/protocol/model.ts'

/** However fast the request was, its dot flies this long, after its answer. */
export const FLIGHT_MS = 400

/** What the picture needs of a sample. */
export type FlyingSample = {
  seq: number
  /** When its answer was there, microseconds since the burst's start. */
  doneUs: number
  /** Who answered; null: nobody. */
  backend: BackendKey | null
  /** The backends that were tried before and did not answer, in order; null for one that is not known. */
  tried: readonly (BackendKey | null)[]
  /** `error`: a backend answered with a status of 500 or more. */
  end: 'answered' | 'error' | 'failed' | 'cancelled'
}

/** A dot on its way: one sample, or several plain ones that the same backend answered. */
export type Flight = Omit<FlyingSample, 'seq' | 'doneUs'> & { seqs: readonly number[]; startMs: number }

/** Drawn alone, whatever stands for many. */
export const isAlone = ({ end, tried }: Pick<FlyingSample, 'end' | 'tried'>): boolean =>
  end !== 'answered' || tried.length > 0

/**
 * What is to be drawn of a flight: where and in which shape. `approach` is the edge to the front door, `door` the door itself,
 * else the edge from the door to that backend; t, 0 to 1, is how far along it is.
 */
export type Mark = {
  shape: 'ring' | 'dot' | 'cross' | 'fade'
  on: 'approach' | 'door' | { backend: BackendKey }
  t: number
  /** Whose colour it has; null: nobody has been chosen. */
  hue: BackendKey | null
  /** An attempt failed on the way: it keeps a red ring. */
  isRescued: boolean
}

/** Shares of the flight: to the door, out to a broken backend and back, out to the one that answered, a cross at the end. */
const TO_DOOR = 1
const OUT = 0.7
const BACK = 0.5
const HOME = 1.3
const AT_DOOR = 0.8

type Leg = { share: number; mark: (t: number) => Mark }

function legsOf(flight: Flight): Leg[] {
  const { backend, end } = flight
  const tried = flight.tried.filter((one) => one !== null)
  const isRescued = flight.tried.length > 0
  const neutral = { hue: null, isRescued: false }
  const legs: Leg[] = [{ share: TO_DOOR, mark: (t) => ({ shape: 'ring', on: 'approach', t, ...neutral }) }]
  for (const broken of tried) {
    const on = { backend: broken }
    legs.push({ share: OUT, mark: (t) => ({ shape: 'dot', on, t, hue: broken, isRescued: false }) })
    legs.push({ share: BACK, mark: (t) => ({ shape: 'ring', on, t: 1 - t, hue: null, isRescued: true }) })
  }
  if (backend !== null) {
    const on = { backend }
    legs.push({ share: HOME, mark: (t) => ({ shape: 'dot', on, t, hue: backend, isRescued }) })
    if (end === 'error')
      legs.push({ share: AT_DOOR, mark: () => ({ shape: 'cross', on, t: 1, hue: backend, isRescued }) })
  } else {
    const shape = end === 'cancelled' ? 'fade' : 'cross'
    legs.push({ share: AT_DOOR, mark: (t) => ({ shape, on: 'door', t, hue: null, isRescued: false }) })
  }
  return legs
}

/** The crosses that a flight has left at broken backends by then: they stay until it has ended. */
function scars(flight: Flight, legsDone: number): Mark[] {
  const tried = flight.tried.filter((one) => one !== null)
  return tried
    .filter((_, index) => legsDone >= 2 + index * 2)
    .map((broken): Mark => ({ shape: 'cross', on: { backend: broken }, t: 1, hue: broken, isRescued: false }))
}

/** Everything that is to be drawn of this flight at this time; empty before its start and after its end. Pure. */
export function marksAt(flight: Flight, nowMs: number): Mark[] {
  const progress = (nowMs - flight.startMs) / FLIGHT_MS
  if (progress < 0 || progress >= 1) return []
  const legs = legsOf(flight)
  let left = progress * legs.reduce((sum, leg) => sum + leg.share, 0)
  for (const [index, { share, mark }] of legs.entries()) {
    if (left < share || index === legs.length - 1) return [...scars(flight, index), mark(Math.min(left / share, 1))]
    left -= share
  }
  return []
}
