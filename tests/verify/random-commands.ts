import { setTimeout as sleep } from 'node:timers/promises'
import { randomOf } from '../random.ts'

/** What 50 commands on one cluster came to. `codes`: each caller's answer, in the order of the commands. */
export type Outcome = { codes: string[]; last: number; settledMs: number }

const COMMANDS = 50
const MOST_REPLICAS = 8
const ANSWERS = ['reached', 'superseded', 'not-reached', 'engine-gone']

/** 50 random targets, most of them while others are under way. `settledMs`: from the last command to the last answer. */
export async function commandAtRandom(
  seed: number,
  longestPauseMs: number,
  scale: (replicas: number) => Promise<string>,
): Promise<Outcome> {
  const random = randomOf(seed)
  const answers: Promise<string>[] = []
  let last = 0
  for (let index = 0; index < COMMANDS; index++) {
    last = Math.floor(random() * (MOST_REPLICAS + 1))
    answers.push(scale(last))
    if (random() < 0.5) await sleep(random() * longestPauseMs)
  }
  const commandedAt = performance.now()
  const codes = await Promise.all(answers)
  return { codes, last, settledMs: performance.now() - commandedAt }
}

/** Answers that are none of those a caller may expect; a last one that was superseded counts too, since nothing came after it. */
export const unexpected = ({ codes }: Outcome): string[] => [
  ...codes.filter((code) => !ANSWERS.includes(code)),
  ...codes.slice(-1).filter((code) => code === 'superseded'),
]
