import { describe, expect, it } from 'vitest'
import {
  FLIGHT_MS,
  type Flight,
  type FlyingSample,
  isAlone,
  type Mark,
  marksAt,
  pictureAt,
} from '#lib/diagram/flight.ts'
import { Flights, MAX_FLIGHTS, niceAtLeast } from '#lib/diagram/flights.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'

const KEYS = ['a3f9c1d27e04', '7be04d9910ac', 'c0de11b7f352']
const FRAME_MS = 16

/** A recorded burst: in turn over three, with one broken for a while, and some that nobody answered. */
function recorded(n: number, perSecond: number): FlyingSample[] {
  return Array.from({ length: n }, (_, seq): FlyingSample => {
    const backend = KEYS[seq % 3] ?? null
    const sample: FlyingSample = {
      seq,
      doneUs: Math.round((seq * 1_000_000) / perSecond) + (seq % 7) * 20,
      backend,
      tried: [],
      end: 'answered',
    }
    if (seq % 97 === 40) return { ...sample, backend: KEYS[2] ?? null, tried: [KEYS[1] ?? null] }
    if (seq % 211 === 100) return { ...sample, backend: null, tried: [...KEYS], end: 'failed' }
    if (seq % 301 === 77) return { ...sample, backend: null, end: 'failed' }
    if (seq % 401 === 200) return { ...sample, end: 'error' }
    return sample
  })
}

type Drawn = { flight: Flight; marks: Mark[] }

/** Plays a recording: frames come every 16 ms of a fake clock, and the picture is drawn each time. */
function play(samples: readonly FlyingSample[], onFrame?: (flights: Flights, nowMs: number) => void): Drawn[] {
  const flights = new Flights()
  const drawn = new Map<Flight, Mark[]>()
  let next = 0
  for (let nowMs = 5_000; ; nowMs += FRAME_MS) {
    const end = samples.findIndex((sample, index) => index >= next && sample.doneUs / 1000 > nowMs - 5_000)
    const until = end === -1 ? samples.length : end
    if (until > next) flights.depart(samples.slice(next, until), nowMs)
    next = until
    for (const flight of flights.flights) drawn.set(flight, [...(drawn.get(flight) ?? []), ...marksAt(flight, nowMs)])
    onFrame?.(flights, nowMs)
    flights.advance(nowMs)
    if (next === samples.length && flights.isQuiet) break
  }
  return [...drawn].map(([flight, marks]) => ({ flight, marks }))
}

describe.each([
  ['4 a second', 60, 4],
  ['500 a second', 2_000, 500],
  ['10,000 a second', 30_000, 10_000],
])('the dots at %s', (_name, n, perSecond) => {
  const samples = recorded(n, perSecond)
  const drawn = play(samples)

  it('flies every sample exactly once', () => {
    const seqs = drawn.flatMap(({ flight }) => flight.seqs).sort((one, other) => one - other)
    expect(seqs).toEqual(samples.map(({ seq }) => seq))
  })

  it('ends each flight at the backend that answered it, or at the front door where nobody did', () => {
    for (const { flight, marks } of drawn) {
      for (const seq of flight.seqs) {
        const sample = samples[seq]
        expect(flight.backend).toBe(sample?.backend)
        expect(flight.end).toBe(sample?.end)
        expect(flight.tried).toEqual(sample?.tried)
      }
      const last = marks.at(-1)
      expect(last, 'it was drawn').toBeDefined()
      expect(last?.on).toEqual(flight.backend === null ? 'door' : { backend: flight.backend })
    }
  })

  it('draws a ring up to the front door, and the colour only from there on', () => {
    for (const { marks } of drawn) {
      expect(marks[0]).toMatchObject({ shape: 'ring', on: 'approach', hue: null })
      for (const mark of marks) if (mark.on === 'approach') expect(mark.hue).toBeNull()
    }
  })

  it('lets a rescued one bounce off the broken backend with a cross and go on', () => {
    const rescued = drawn.filter(({ flight }) => flight.backend !== null && flight.tried.length > 0)
    expect(rescued.length).toBeGreaterThan(0)
    for (const { flight, marks } of rescued) {
      const places = marks.filter(({ shape }) => shape !== 'cross').map(({ on }) => JSON.stringify(on))
      const inOrder = places.filter((place, index) => place !== places[index - 1])
      expect(inOrder).toEqual([
        '"approach"',
        ...[...flight.tried, flight.backend].map((backend) => JSON.stringify({ backend })),
      ])
      expect(marks.some(({ shape, hue }) => shape === 'cross' && hue === flight.tried[0])).toBe(true)
    }
  })

  it('draws what nobody answered as a cross at the front door', () => {
    for (const { marks } of drawn.filter(({ flight }) => flight.end === 'failed')) {
      expect(marks.at(-1)).toMatchObject({ shape: 'cross', on: 'door' })
    }
  })

  it('does not let a batch leave as one', () => {
    const starts = drawn.map(({ flight }) => flight.startMs)
    expect(new Set(starts).size).toBeGreaterThan(starts.length / 2)
  })
})

describe('above 300 flights at once', () => {
  it('lets a dot stand for several, and never has more in the air', () => {
    const perDot: number[] = []
    let last: Flights | undefined
    play(recorded(30_000, 10_000), (flights, nowMs) => {
      const plain = flights.flights.filter((flight) => !isAlone(flight) && flight.startMs + FLIGHT_MS > nowMs)
      expect(plain.length).toBeLessThanOrEqual(MAX_FLIGHTS)
      perDot.push(flights.perDot)
      last = flights
    })
    expect(new Set(perDot.slice(10, 150)), 'steady, so the printed number is').toEqual(new Set([20]))
    expect(last?.perDot, 'one again when all have landed').toBe(1)
  })

  it('stands for one again at a calm pace', () => {
    play(recorded(200, 100), (flights) => expect(flights.perDot).toBe(1))
  })

  it('steps in numbers that are easy to read', () => {
    expect([0, 1, 1.1, 3, 7, 13.3, 51].map(niceAtLeast)).toEqual([1, 1, 2, 5, 10, 20, 100])
  })
})

describe('a total outage', () => {
  const failing = (n: number, perSecond: number): FlyingSample[] =>
    Array.from({ length: n }, (_, seq) => ({
      ...{ seq, doneUs: Math.round((seq * 1_000_000) / perSecond), backend: null, end: 'failed' as const },
      // As nginx does it: while it tries them, one after the other, and then without asking anybody.
      tried: seq % 50 === 0 ? [KEYS[seq % 3] ?? null, KEYS[(seq + 1) % 3] ?? null] : [],
    }))

  it('at 10,000 a second has few flights in the air, and none is lost', () => {
    const samples = failing(30_000, 10_000)
    let most = 0
    let last: Flights | undefined
    let isSaid = false
    const drawn = play(samples, (flights) => {
      most = Math.max(most, flights.flights.length)
      isSaid ||= flights.isMerging
      last = flights
    })
    expect(most).toBeLessThan(400)
    expect([isSaid, last?.isMerging], 'said as long as something flies').toEqual([true, false])
    const seqs = drawn.flatMap(({ flight }) => flight.seqs).sort((one, other) => one - other)
    expect(seqs).toEqual(samples.map(({ seq }) => seq))
  })

  it('stays bounded when every request tried others', () => {
    const keys = Array.from({ length: 50 }, (_, index) => index.toString(16).padStart(12, '0'))
    const samples = failing(30_000, 10_000).map((sample) => ({
      ...sample,
      tried: [0, 7, 13].map((step) => keys[(sample.seq * 3 + step) % keys.length] ?? null),
    }))
    let most = 0
    play(samples, (flights) => {
      most = Math.max(most, flights.flights.length)
    })
    expect(most).toBeLessThan(1_000)
  })

  it('is one cross at the front door, with the number of requests that it stands for', () => {
    const flight = (startMs: number, seqs: number[]): Flight => ({
      ...{ backend: null, tried: [], end: 'failed', seqs, startMs },
    })
    const crosses = pictureAt([flight(0, [0, 1, 2]), flight(16, [3, 4]), flight(390, [5])], 395).filter(
      ({ shape }) => shape === 'cross',
    )
    expect(crosses).toMatchObject([{ on: 'door', count: 5 }])
  })
})

describe('an answer of a backend that nobody can name', () => {
  it('ends at the front door as a dot, and is no cross', () => {
    const flight: Flight = { backend: UNKNOWN_BACKEND, tried: [], end: 'answered', seqs: [0], startMs: 0 }
    expect(marksAt(flight, FLIGHT_MS - 1)).toMatchObject([{ shape: 'dot', on: 'door', hue: null }])
  })
})

describe('a late joiner', () => {
  it('sees the last second fly, not the history', () => {
    const flights = new Flights()
    const samples = recorded(5_000, 1_000)
    flights.depart(samples, 0)
    const seqs = flights.flights.flatMap((flight) => flight.seqs)
    expect(Math.min(...seqs)).toBeGreaterThanOrEqual(3_990)
  })
})
