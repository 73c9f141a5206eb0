import type { Container } from './container.ts'
import type { Engine } from './engine.ts'
import { createReplica, type Made, type Numbers, startReplica } from './make-replica.ts'
import { settleAll } from './pool.ts'
import type { Replicas } from './replicas.ts'

export type Raise = {
  engine: Engine
  replicas: Replicas
  /** Stopped ones that we had let go: started again before anything is made. */
  stopped: Container[]
  /** How many are to be made beyond those, and what each is a copy of. */
  create: number
  sibling: unknown
  numbers: Numbers
  signal: AbortSignal
}

/** More of them only wait for each other inside the engine. */
export const CALLS_AT_ONCE = 8

/**
 * Brings up all of them side by side; resolves with their ids when every one is ready. The first failure (or `signal`) ends the others,
 * and is thrown once nothing is under way any more. `made` collects what exists from then on, for whoever clears up.
 */
export async function raiseReplicas(raise: Raise, made: Made): Promise<string[]> {
  const { engine, replicas, numbers, sibling } = raise
  const failed = new AbortController()
  const signal = AbortSignal.any([raise.signal, failed.signal])
  const waits: Promise<void>[] = []
  const ids: string[] = []

  const start = async (one: { id: string; name: string }) => {
    signal.throwIfAborted()
    ids.push(one.id)
    const { ready } = await startReplica(engine, replicas, one, signal)
    waits.push(ready.catch((error: unknown) => failed.abort(error)))
  }
  const again = raise.stopped.map((container) => () => start(container))
  const anew = Array.from({ length: raise.create }, () => async () => {
    signal.throwIfAborted()
    await start(await createReplica(engine, sibling, numbers, made))
  })
  await settleAll(
    CALLS_AT_ONCE,
    [...again, ...anew].map((act) => () => act().catch((error: unknown) => failed.abort(error))),
  )
  await Promise.all(waits)
  raise.signal.throwIfAborted()
  failed.signal.throwIfAborted()
  return ids
}
