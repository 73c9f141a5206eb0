import type { EngineLoad } from '../children/engine-load.ts'
import { atMost, type Figure, type LeftOut, type Part, type Say } from '../figure.ts'
import { type LoadedFrontDoor, lacksNginx, openFrontDoor } from '../front-door.ts'
import { cpuPerRequest, type Load, type Loader, openLoader } from '../load.ts'
import { paired, ratios } from '../paired.ts'
import { GET_WRK, hasWrk, wrk } from '../wrk.ts'

const ROUNDS = 7
/**
 * Every side has so many turns a round, each this long (wrk takes whole seconds). A shared machine's speed drifts within seconds,
 * and turns that alternate share the drift: rounds differ by less than the figure is away from its bar.
 */
const TURNS = 4
const SECONDS = 2
const LATENCY_ROUNDS = 5
const LATENCY_SECONDS = 1
const WARM_UP_MS = 1_000
/** So many requests, so that all code is compiled by then, on a slow machine too; at most so many bursts. */
const WARM_UP_REQUESTS = 60_000
const WARM_UPS = 8

const BY_WRK = "engine CPU per request / wrk's, concurrency 64"
const BY_AUTOCANNON = "engine CPU per request / autocannon's, concurrency 64"
const LATENCY = "engine p50 latency / wrk's, concurrency 1"

const GET_AUTOCANNON = 'It needs autocannon, a development dependency: npm ci.'

/** Null: it is not here. */
type Loaders = { engine: Loader<EngineLoad>; autocannon: Loader<Load> | null; withWrk: boolean }

function hasAutocannon(): boolean {
  try {
    return import.meta.resolve('autocannon') !== ''
  } catch {
    return false
  }
}

/** Microseconds a request, by round: all turns of a round together. */
function costOfRounds(turns: Load[]): number[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const loads = turns.slice(round * TURNS, (round + 1) * TURNS)
    const sum = (of: (load: Load) => number): number => loads.reduce((total, load) => total + of(load), 0)
    return cpuPerRequest({ requests: sum(({ requests }) => requests), cpuUs: sum(({ cpuUs }) => cpuUs) })
  })
}

async function measureOn(door: LoadedFrontDoor, loaders: Loaders, say: Say): Promise<Figure[]> {
  const { engine, autocannon, withWrk } = loaders
  const order = (concurrency: number, durationMs = SECONDS * 1_000) => ({ ...door.target, concurrency, durationMs })
  const url = `http://${door.target.host}:${door.target.port}/`
  say('warming up')
  for (const loader of [engine, autocannon]) {
    for (let bursts = 0, done = 0; loader !== null && bursts < WARM_UPS && done < WARM_UP_REQUESTS; bursts++) {
      done += (await loader.run(order(64, WARM_UP_MS))).requests
    }
  }
  say('concurrency 64')
  const many = await paired(
    ROUNDS * TURNS,
    {
      engine: () => engine.run(order(64)),
      ...(autocannon ? { autocannon: () => autocannon.run(order(64)) } : {}),
      ...(withWrk ? { wrk: () => wrk(url, 64, SECONDS) } : {}),
    } as Record<'engine' | 'autocannon' | 'wrk', () => Promise<Load>>,
    say,
  )
  const cost = costOfRounds(many.engine)
  const byAutocannon = autocannon ? [atMost(BY_AUTOCANNON, 0.5, ratios(cost, costOfRounds(many.autocannon)))] : []
  if (!withWrk) return byAutocannon
  say('concurrency 1')
  const alone = {
    engine: () => engine.run(order(1, LATENCY_SECONDS * 1_000)),
    wrk: () => wrk(url, 1, LATENCY_SECONDS),
  }
  const one = await paired(LATENCY_ROUNDS, alone, say)
  const p50 = (loads: Load[]): number[] => loads.map(({ p50Ms }) => p50Ms)
  return [
    atMost(BY_WRK, 1.2, ratios(cost, costOfRounds(many.wrk))),
    ...byAutocannon,
    atMost(LATENCY, 1.3, ratios(p50(one.engine), p50(one.wrk))),
  ]
}

export const engine: Part = {
  name: 'engine',
  what: "what a request costs the load engine, beside wrk and autocannon, on the product's nginx with 2 backends",
  lacks: lacksNginx,
  measure: async (say) => {
    const withWrk = await hasWrk()
    const leftOut: LeftOut[] = withWrk ? [] : [{ figures: [BY_WRK, LATENCY], why: GET_WRK }]
    const withAutocannon = hasAutocannon()
    if (!withAutocannon) leftOut.push({ figures: [BY_AUTOCANNON], why: GET_AUTOCANNON })
    const door = await openFrontDoor()
    const loaders: Loaders = {
      engine: openLoader('engine-load.ts'),
      autocannon: withAutocannon ? openLoader('autocannon-load.ts') : null,
      withWrk,
    }
    try {
      return { figures: await measureOn(door, loaders, say), leftOut }
    } finally {
      loaders.engine.close()
      loaders.autocannon?.close()
      await door.close()
    }
  },
}
