import type { BackendKey } from '#lib/protocol/model.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'
import type { Ending } from './ending.ts'

/** However fast the request was, its dot flies this long, after its answer. */
export const FLIGHT_MS = 400

/** What the picture needs of a sample. `doneUs`: when its answer was there, microseconds since the burst's start. */
export type FlyingSample = Ending & { seq: number; doneUs: number }

/** A dot on its way: one sample, or several that ended alike. */
export type Flight = Ending & { seqs: readonly number[]; startMs: number }

/** Worth a look: never one of the many that a plain dot stands for. */
export const isAlone = ({ end, tried }: Pick<Ending, 'end' | 'tried'>): boolean =>
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
  /** How many requests it stands for. */
  count: number
}

/** Shares of the flight: to the door, out to a broken backend and back, out to the one that answered, a cross at the end. */
const TO_DOOR = 1
const OUT = 0.7
const BACK = 0.5
const HOME = 1.3
const AT_DOOR = 0.8

type Leg = { share: number; mark: (t: number) => Omit<Mark, 'count'> }

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
  if (backend === UNKNOWN_BACKEND) {
    legs.push({ share: AT_DOOR, mark: (t) => ({ shape: 'dot', on: 'door', t, hue: null, isRescued }) })
    if (end === 'error')
      legs.push({ share: AT_DOOR, mark: (t) => ({ shape: 'cross', on: 'door', t, hue: null, isRescued }) })
  } else if (backend !== null) {
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
  const count = flight.seqs.length
  return tried
    .filter((_, index) => legsDone >= 2 + index * 2)
    .map((broken): Mark => ({ shape: 'cross', on: { backend: broken }, t: 1, hue: broken, isRescued: false, count }))
}

/** Everything that is to be drawn of this flight at this time; empty before its start and after its end. Pure. */
export function marksAt(flight: Flight, nowMs: number): Mark[] {
  const progress = (nowMs - flight.startMs) / FLIGHT_MS
  if (progress < 0 || progress >= 1) return []
  const legs = legsOf(flight)
  let left = progress * legs.reduce((sum, leg) => sum + leg.share, 0)
  for (const [index, { share, mark }] of legs.entries()) {
    if (left < share || index === legs.length - 1)
      return [...scars(flight, index), { ...mark(Math.min(left / share, 1)), count: flight.seqs.length }]
    left -= share
  }
  return []
}

/** The marks of all flights; crosses at the same place are one, with their count: they would hide one another. Pure. */
export function pictureAt(flights: readonly Flight[], nowMs: number): Mark[] {
  const marks: Mark[] = []
  const crosses = new Map<string, Mark>()
  for (const flight of flights)
    for (const mark of marksAt(flight, nowMs)) {
      if (mark.shape !== 'cross') {
        marks.push(mark)
        continue
      }
      const place = typeof mark.on === 'string' ? mark.on : mark.on.backend
      const known = crosses.get(place)
      if (known) known.count += mark.count
      else crosses.set(place, mark)
    }
  return [...marks, ...crosses.values()]
}
