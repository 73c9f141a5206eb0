import { createHash } from 'node:crypto'
import { type Configuration, DEFAULT_POLICY, DEFAULT_SETTINGS } from '#lib/protocol/configuration.ts'
import type { Action } from '#lib/protocol/model.ts'
import type { RunBackend, RunGeneration } from '#lib/protocol/run.ts'

export const START = '2026-01-05T10:00:00.000Z'
export const SPACING_US = 125_000
/** What is in force while nobody scales; the one before it where somebody did. */
export const GENERATION = 'a1b2c3-4'
export const GENERATION_BEFORE = 'a1b2c3-3'

export const keyOf = (number: number): string =>
  createHash('sha256').update(`backend ${number}`).digest('hex').slice(0, 12)
export const addressOf = (number: number): string => `172.20.0.${number + 10}:8000`

/** A run as it is told here: a request each SPACING_US, one at a time, to the backend that nginx would choose. */
export type RunStory = {
  replicas: number
  sent: number
  /** From this request on backend 2 is dead: the request that it dies with is lost, those that ask it later are rescued. */
  brokenFrom: number | null
  /** The last backend joins before this request: those before it go to the others. */
  joinedAt: number | null
  /** Of the run, `b1`. */
  id: string
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
