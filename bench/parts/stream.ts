import { setTimeout as pause } from 'node:timers/promises'
import { SAMPLE_BYTES } from '#lib/protocol/sample-record.ts'
import { BENCH_TOKEN, type BrowsersOrder, type Watched } from '../browsers.ts'
import type { StreamCost, StreamOrder } from '../children/stream-server.ts'
import { atMost, type Figure, median, type Part } from '../figure.ts'
import { type Loader, openLoader } from '../load.ts'
import { paired, ratios } from '../paired.ts'

const ROUNDS = 5
const ROUND_MS = 2_000
/** What was sent last has come by then. */
const SETTLE_MS = 300

type Run = { cost: StreamCost; watched: Watched }
type Ends = { server: Loader<StreamCost, StreamOrder>; browsers: Loader<Watched, BrowsersOrder> }

async function run({ server, browsers }: Ends, port: number, perSecond: number, count: number): Promise<Run> {
  await browsers.run({ act: 'open', url: `http://127.0.0.1:${port}`, token: BENCH_TOKEN, count })
  await browsers.run({ act: 'watch' })
  const cost = await server.run({ perSecond, durationMs: ROUND_MS })
  await pause(SETTLE_MS)
  const watched = await browsers.run({ act: 'tell' })
  return { cost, watched }
}

const withoutMaking = ({ cost }: Run): number => cost.cpuUs - cost.madeUs
const bytesPerSample = ({ watched }: Run): number => (watched.receivedBytes + watched.sentBytes) / watched.samples

function figuresOf(runs: Record<'one' | 'ten' | 'fast', Run[]>): Figure[] {
  const cpu = (of: Run[]): number[] => of.map(({ cost }) => cost.cpuUs)
  return [
    atMost('stream CPU at 10,000 samples a second: 10 browsers / 1 browser', 1.6, ratios(cpu(runs.ten), cpu(runs.one))),
    atMost('stream CPU to 10 browsers: 50,000 / 10,000 samples a second', 1.5, ratios(cpu(runs.fast), cpu(runs.ten))),
    // The record itself, and one byte for headers, totals and acknowledgements.
    atMost(
      'bytes a plain sample and browser, both ways, at 10,000 a second',
      SAMPLE_BYTES + 1,
      runs.ten.map(bytesPerSample),
    ),
    atMost(
      'sample made to sample received, p99, ms, 10,000 a second, 10 browsers',
      33,
      runs.ten.map(({ watched }) => watched.delayP99Ms),
    ),
  ]
}

export const stream: Part = {
  name: 'stream',
  what: 'what browsers cost the server and the network, and how old a sample is when it comes',
  measure: async (say) => {
    const ends: Ends = { server: openLoader('stream-server.ts'), browsers: openLoader('browsers.ts') }
    try {
      const { port } = await ends.server.run({ perSecond: 0, durationMs: 0 })
      say('warming up')
      await run(ends, port, 50_000, 10)
      const side = (perSecond: number, count: number) => () => run(ends, port, perSecond, count)
      const runs = await paired(ROUNDS, { one: side(10_000, 1), ten: side(10_000, 10), fast: side(50_000, 10) }, say)
      const apart = median(ratios(runs.ten.map(withoutMaking), runs.one.map(withoutMaking)))
      say(`without the making of the samples 10 browsers cost ${apart.toFixed(2)} times what 1 does`)
      return { figures: figuresOf(runs), leftOut: [] }
    } finally {
      ends.server.close()
      ends.browsers.close()
    }
  },
}
