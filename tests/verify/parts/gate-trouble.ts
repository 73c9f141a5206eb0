import { engineAnswers } from '../../engine.ts'
import { randomOf } from '../../random.ts'
import { type GateRound, gateRound, gateTroubles } from '../gate-rounds.ts'
import { atMost, exactly, notMeasured, type Part, type Row } from '../rows.ts'
import { startWholeStack, type WholeStack } from '../whole-stack.ts'

const SEED = Date.now() % 1_000_000
const ROUNDS = 20
const ANSWERED_MS = 30_000
const RIGHT_MS = 5_000

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

async function measureOn(stack: WholeStack, say: (line: string) => void): Promise<Row[]> {
  const rounds: GateRound[] = []
  for (const trouble of gateTroubles(randomOf(SEED))) {
    const { kind, from, to, atMs, back, awayMs } = trouble
    const when = back === 'during' ? `back after ${awayMs} ms` : 'back after the answer'
    const what = `${from} to ${to}, ${kind} at ${atMs} ms, ${when}`
    const round = await gateRound(stack, trouble).catch((error: unknown) => {
      say(`${what}: ${String(error).slice(0, 500)}`)
      return null
    })
    if (round === null) continue
    rounds.push(round)
    const { answer, rightMs, wrong, again, againMs, wrongAfterwards } = round
    const left = [...wrong, ...wrongAfterwards].join(', ')
    say(
      `${what}: ${answer.words} after ${seconds(answer.ms)}; right after ${seconds(rightMs)}${left && `, not: ${left}`}`,
    )
    say(`  the same command again, sent after ${seconds(againMs)}: ${again.words}`)
  }
  return rowsOf(rounds)
}

function rowsOf(rounds: GateRound[]): Row[] {
  const slowest = (of: (round: GateRound) => number): number => Math.max(...rounds.map(of))
  const codes = new Map<string, number>()
  for (const { answer } of rounds) {
    const code = answer.words.split(':')[0] ?? ''
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  const answers = [...codes].map(([code, count]) => `${count} x ${code}`).join(', ')
  const leftOver = rounds.filter((round) =>
    [...round.wrong, ...round.wrongAfterwards].some((words) => /^left/.test(words)),
  )
  const times = `gate paused or killed in mid-scale, ${ROUNDS} times`
  return [
    exactly(
      `rounds with the command under way when the gate went, ${times}`,
      ROUNDS,
      rounds.filter(({ isUnderWay }) => isUnderWay).length,
      `seed ${SEED}, ${rounds.length} rounds`,
    ),
    atMost(
      `command answered, slowest, ${times}`,
      ANSWERED_MS,
      slowest(({ answer }) => answer.ms),
      'ms',
      answers,
    ),
    exactly('commands without an answer', 0, rounds.filter(({ answer }) => answer.status === 0).length),
    atMost(
      'every running backend listed and answering after the gate is back, slowest',
      RIGHT_MS,
      slowest(({ rightMs }) => rightMs),
      'ms',
    ),
    exactly('the same command afterwards not reached', 0, rounds.filter(({ again }) => again.status !== 200).length),
    atMost(
      'the same command that is reached sent after the gate is back, latest',
      RIGHT_MS,
      slowest(({ againMs }) => againMs),
      'ms',
    ),
    exactly('rounds with a container left over', 0, leftOver.length),
    exactly(
      'rounds that end with anything wrong in containers, page or front door',
      0,
      rounds.filter(({ wrongAfterwards }) => wrongAfterwards.length > 0).length,
    ),
  ]
}

export const part: Part = {
  title: 'the docker-gate goes away in the middle of a command',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('a gate that goes away', engine.words)]
    say(`seed ${SEED}; building and starting the whole stack`)
    const stack = await startWholeStack()
    try {
      return await measureOn(stack, say)
    } finally {
      await stack.stop()
    }
  },
}
