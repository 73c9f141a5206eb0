import { ApiError } from '../../api.ts'
import { startOnDocker } from '../../clusters.ts'
import { engineAnswers } from '../../engine.ts'
import { doubleNumbers, replicasOf } from '../../replicas-of.ts'
import { commandFakeEngine, type Settled } from '../commands-on-fake.ts'
import { commandAtRandom, unexpected } from '../random-commands.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'

const FAKE_SEEDS = 100
const SIDE_BY_SIDE = 10
const REAL_SEEDS = 5
const LIMIT_MS = 30_000
const REAL_PAUSE_MS = 400

const sumOf = <Value>(values: Value[], of: (value: Value) => number): number =>
  values.reduce((sum, value) => sum + of(value), 0)

async function onFakeEngine(say: (line: string) => void): Promise<Row[]> {
  const settled: Settled[] = []
  let seed = 0
  const work = async (): Promise<void> => {
    while (seed < FAKE_SEEDS) {
      const mine = ++seed
      const one = await commandFakeEngine(mine)
      settled.push(one)
      const isGood = one.isRight && one.doubles + one.unknown + one.leftAfterwards + unexpected(one).length === 0
      if (!isGood) say(`seed ${mine}: ${JSON.stringify({ ...one, codes: one.codes.at(-1) })}`)
      if (settled.length % 20 === 0) say(`${settled.length} seeds`)
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work))
  const codes = new Map<string, number>()
  for (const { codes: each } of settled) for (const code of each) codes.set(code, (codes.get(code) ?? 0) + 1)
  const note = [...codes].map(([code, count]) => `${count} ${code}`).join(', ')
  const on = `${FAKE_SEEDS} seeds, fake engine`
  return [
    exactly(
      `answers other than reached, superseded or an explicit error, ${on}`,
      0,
      sumOf(settled, (one) => unexpected(one).length),
      note,
    ),
    exactly(
      `ends elsewhere than at a last target that was reached, ${on}`,
      0,
      settled.filter(({ isRight }) => !isRight).length,
    ),
    exactly(
      `numbers given twice, ${on}`,
      0,
      sumOf(settled, ({ doubles }) => doubles),
    ),
    exactly(
      `containers that nobody shows, ${on}`,
      0,
      sumOf(settled, ({ unknown }) => unknown),
    ),
    exactly(
      `leftovers after one more command, ${on}`,
      0,
      sumOf(settled, ({ leftAfterwards }) => leftAfterwards),
    ),
    atMost(
      `last answer after the last command, slowest, ${on}`,
      LIMIT_MS,
      Math.max(...settled.map(({ settledMs }) => settledMs)),
      'ms',
    ),
  ]
}

async function onRealEngine(say: (line: string) => void): Promise<Row[]> {
  const { product, project, stop } = await startOnDocker()
  const figures = { unexpected: 0, elsewhere: 0, doubles: 0, orphans: 0, slowest: 0 }
  const scale = (replicas: number): Promise<string> =>
    product.api.scale(replicas).then(
      () => 'reached',
      (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
    )
  try {
    for (let seed = 1; seed <= REAL_SEEDS; seed++) {
      const outcome = await commandAtRandom(seed, REAL_PAUSE_MS, scale)
      const replicas = await replicasOf(project)
      const { backends, replicas: wanted } = await product.api.cluster()
      const running = replicas.filter(({ state }) => state === 'running')
      const odd = unexpected(outcome)
      figures.unexpected += odd.length
      figures.elsewhere += Number(
        running.length !== wanted || backends.some(({ status, listed }) => status !== 'up' || !listed),
      )
      figures.doubles += doubleNumbers(replicas)
      figures.orphans += replicas.length - Math.max(1, backends.length)
      figures.slowest = Math.max(figures.slowest, outcome.settledMs)
      say(
        `seed ${seed}: ${running.length} run, ${wanted} wanted, ${outcome.last} asked for last, ${outcome.settledMs.toFixed(0)} ms${odd.length > 0 ? `, ${odd}` : ''}`,
      )
    }
    const on = `${REAL_SEEDS} seeds, real engine`
    return [
      exactly(`answers other than reached, superseded or an explicit error, ${on}`, 0, figures.unexpected),
      exactly(`ends elsewhere than at the last accepted target, ${on}`, 0, figures.elsewhere),
      exactly(`numbers given twice, ${on}`, 0, figures.doubles),
      exactly(`containers beyond those that are shown, ${on}`, 0, figures.orphans),
      atMost(`last answer after the last command, slowest, ${on}`, LIMIT_MS, figures.slowest, 'ms'),
    ]
  } finally {
    await stop()
  }
}

export const part: Part = {
  title: '50 commands at the same time, again and again',
  measure: async (say) => {
    const rows = await onFakeEngine(say)
    const engine = await engineAnswers()
    if (!engine.answers) return [...rows, notMeasured('50 commands on a real engine', engine.words)]
    return [...rows, ...(await onRealEngine(say))]
  },
}
