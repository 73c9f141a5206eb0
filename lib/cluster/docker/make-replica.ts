import { setTimeout as sleep } from 'node:timers/promises'
import { cloneOf } from '#lib/docker-gate/clone.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { Engine } from './engine.ts'
import { EngineError, plainWords, problemAt } from './engine-error.ts'
import type { Ending } from './ready-waits.ts'
import type { Replicas } from './replicas.ts'

const READY_DEADLINE_MS = 20_000
const MOST_NAME_CONFLICTS = 10
const SHOWN_LOG_LINES = 5

/** Gives out numbers that nobody has, and remembers those that turned out to be taken. */
export type Numbers = { next: () => number }

/** What a raise has made so far, for whoever clears up: ids, and names of which the engine did not say whether they came to be. */
export type Made = { ids: string[]; unsure: string[] }

/** Creates one more replica like `sibling`; a name that somebody else took meanwhile costs its number. Resolves with its id. */
export async function createReplica(
  engine: Engine,
  sibling: unknown,
  numbers: Numbers,
  made: Made,
): Promise<{ id: string; name: string }> {
  for (let conflicts = 0; ; conflicts += 1) {
    const clone = cloneOf(sibling, numbers.next())
    if ('refused' in clone) {
      throw new ProblemError('not-reached', `The backend cannot be copied: ${clone.refused}.`, {
        stage: 'create',
        cause: clone.refused,
      })
    }
    try {
      const id = await engine.create(clone.name, clone.body).catch((error: unknown) => {
        const isUnsure = error instanceof EngineError && (error.kind === 'gone' || error.kind === 'timeout')
        if (isUnsure) made.unsure.push(clone.name)
        throw error
      })
      made.ids.push(id)
      for (const { network, aliases } of clone.connect) await engine.connect(network, id, aliases)
      return { id, name: clone.name }
    } catch (error) {
      const taken = error instanceof EngineError && error.kind === 'conflict'
      if (!taken || conflicts >= MOST_NAME_CONFLICTS) throw problemAt('create', error, `Creating ${clone.name}`)
    }
  }
}

/** Starts a container; `ready` resolves once it says that it listens, and rejects when it ends before, is late, or at `signal`. */
export async function startReplica(
  engine: Engine,
  replicas: Replicas,
  one: { id: string; name: string },
  signal: AbortSignal,
): Promise<{ ready: Promise<void> }> {
  const waited = new AbortController()
  // It may end before the engine has even answered the call that starts it.
  const outcome = replicas.untilReady(one.id, AbortSignal.any([signal, waited.signal]))
  outcome.catch(() => undefined)
  try {
    await engine.start(one.id)
    replicas.started(one.id)
  } catch (error) {
    waited.abort()
    throw problemAt('start', error, `Starting ${one.name}`)
  }
  const late = sleep(READY_DEADLINE_MS, 'late' as const, { signal: waited.signal }).catch(() => 'late' as const)
  const judge = async () => {
    try {
      const ending = await Promise.race([outcome, late])
      if (ending === 'late') throw await notReady(engine, one.id, `${one.name} did not say that it listens within 20 s`)
      if (ending) throw await notReady(engine, one.id, endingWords(one.name, ending))
    } finally {
      waited.abort()
    }
  }
  return { ready: judge() }
}

function endingWords(name: string, { removed, exitCode }: Ending): string {
  if (removed) return `${name} was removed before it was ready`
  return `${name} exited${exitCode === null ? '' : ` with code ${exitCode}`} before it was ready`
}

async function notReady(engine: Engine, id: string, words: string): Promise<ProblemError> {
  const lines = await engine.lastLines(id, SHOWN_LOG_LINES).catch(() => [])
  const said = lines.map(plainWords).filter(Boolean).join(' | ')
  return new ProblemError('not-reached', `${words}.${said ? ` It said: ${said}` : ' It said nothing.'}`, {
    stage: 'ready',
    cause: said || words,
  })
}
