import { createHash } from 'node:crypto'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Failover, Stretch } from '#lib/protocol/judgement.ts'
import type { Action } from '#lib/protocol/model.ts'
import type { RunBackend, RunGeneration } from '#lib/protocol/run.ts'

export const START = '2026-01-05T10:00:00.000Z'
export const END = '2026-01-05T10:00:09.000Z'
export const SPACING_US = 125_000
/** What is in force while nobody scales; the one before it where somebody did. */
export const GENERATION = 'a1b2c3-4'
const GENERATION_BEFORE = 'a1b2c3-3'

export const keyOf = (number: number): string =>
  createHash('sha256').update(`backend ${number}`).digest('hex').slice(0, 12)
export const addressOf = (number: number): string => `172.20.0.${number + 10}:8000`

/** A run as it is told here: a request each SPACING_US, in turn over the backends. */
export type RunStory = {
  replicas: number
  sent: number
  /** From this request on backend 2 is dead: its turns are rescued, one is lost. */
  brokenFrom: number | null
  /** The last backend joins before this request: those before it go to the others. */
  joinedAt: number | null
  /** Of the run, `b1`. */
  id: string
}

/** Which backend's turn it is, from 0, and under which generation. */
export function turnOf(seq: number, { replicas, joinedAt }: RunStory): { turn: number; generation: string } {
  if (joinedAt === null) return { turn: seq % replicas, generation: GENERATION }
  return seq < joinedAt
    ? { turn: seq % (replicas - 1), generation: GENERATION_BEFORE }
    : { turn: (seq - joinedAt) % replicas, generation: GENERATION }
}

const configurationOf = (backends: number): Configuration => ({
  policy: DEFAULT_POLICY,
  servers: Array.from({ length: backends }, (_, index) => ({
    ...{ ...DEFAULT_SETTINGS, backend: keyOf(index + 1), address: addressOf(index + 1), state: 'in' as const },
  })),
})

export const generationsOf = ({ replicas, joinedAt }: RunStory): RunGeneration[] => [
  ...(joinedAt === null ? [] : [{ generation: GENERATION_BEFORE, configuration: configurationOf(replicas - 1) }]),
  { generation: GENERATION, configuration: configurationOf(replicas) },
]

export const runBackendsOf = ({ replicas }: RunStory): RunBackend[] =>
  Array.from({ length: replicas }, (_, index) => ({
    ...{ backend: keyOf(index + 1), number: index + 1, name: `robinscope-backend-${index + 1}` },
    ...{ address: addressOf(index + 1), node: null },
  }))

const atOf = (sinceUs: number): string => new Date(Date.parse(START) + sinceUs / 1_000).toISOString()
const sinceOf = (seq: number): number => seq * SPACING_US - SPACING_US / 2

const actionOf = (
  run: string,
  id: number,
  kind: Action['kind'],
  label: string,
  number: number | null,
  seq: number,
): Action => ({
  ...{ id, kind, label, at: atOf(sinceOf(seq)), backend: number === null ? null : keyOf(number) },
  number,
  burst: { id: run, sinceUs: sinceOf(seq) },
})

export function actionsOf({ id, replicas, brokenFrom, joinedAt }: RunStory): Action[] {
  const scaled = (seq: number) => [
    actionOf(id, 1, 'scaled', `${replicas - 1} → ${replicas}`, null, Math.max(1, seq - 4)),
    actionOf(id, 2, 'joined', `backend ${replicas} joined`, replicas, seq),
  ]
  return [
    ...(joinedAt === null ? [] : scaled(joinedAt)),
    ...(brokenFrom === null ? [] : [actionOf(id, 3, 'down', 'backend 2 down', 2, brokenFrom)]),
  ]
}

export const failoversOf = ({ brokenFrom }: RunStory): Failover[] =>
  brokenFrom === null ? [] : [{ backend: keyOf(2), noticedUs: sinceOf(brokenFrom) + 3 * SPACING_US, others: [20, 20] }]

export function stretchesOf(story: RunStory): Stretch[] {
  const { sent, joinedAt, replicas } = story
  const of = (generation: string, fromSeq: number, toSeq: number, backends: number): Stretch => ({
    ...{
      generation,
      fromSeq,
      toSeq,
      fromUs: fromSeq * SPACING_US,
      toUs: toSeq * SPACING_US,
      answered: toSeq - fromSeq,
    },
    byBackend: Array.from({ length: backends }, (_, index) => ({
      backend: keyOf(index + 1),
      answered: Math.floor((toSeq - fromSeq + backends - 1 - index) / backends),
      expected: (toSeq - fromSeq) / backends,
    })),
    ...{ spread: 0.67, jain: 1, deviations: 0 },
  })
  return joinedAt === null
    ? [of(GENERATION, 0, sent, replicas)]
    : [of(GENERATION_BEFORE, 0, joinedAt, replicas - 1), of(GENERATION, joinedAt, sent, replicas)]
}
