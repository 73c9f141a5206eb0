import { cloneOf } from '#lib/compose/clone.ts'
import { untilAborted } from '#lib/concurrency/abortable.ts'
import type { Slots } from '#lib/concurrency/slots.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import type { BackendEndings } from './backend-endings.ts'
import { type DockerBackend, type Ending, isAlive } from './docker-backend.ts'
import type { DockerBackends } from './docker-backends.ts'
import { EngineError, isSilence, plainWords, problemAt } from './engine/engine-error.ts'
import type { ProjectView } from './project-view.ts'

export type RaiseParts = {
  view: ProjectView
  backends: DockerBackends
  endings: BackendEndings
  /** What GET /containers/{id}/json says of a backend to copy. */
  sibling: () => Promise<unknown>
  /** Creating and starting, side by side. */
  calls: Slots
  /** How long a backend may take from its start. */
  readyDeadlineMs: number
}

const MOST_NAME_CONFLICTS = 10
const SHOWN_LOG_LINES = 5

/** What there is to undo. `isMade` null: the engine never answered the creation. */
type Raise = { backend: DockerBackend | null; isMade: boolean | null }

/** Brings up one backend: the template that stayed behind, or a copy of another. See BackendHost.raise. */
export async function raiseBackend(parts: RaiseParts, signal: AbortSignal): Promise<DockerBackend> {
  const { backends, endings, calls } = parts
  const [template = null] = backends.inStage('kept').filter(({ container }) => !isAlive(container))
  if (template) backends.become(template, 'raising')
  const raise: Raise = { backend: template, isMade: true }
  try {
    const sibling = template ? null : await untilAborted(parts.sibling(), signal)
    const backend = await calls.run(async () => {
      const one = template ?? (await createBackend(parts, sibling, raise))
      signal.throwIfAborted()
      await startBackend(parts, one)
      return one
    }, signal)
    await becomeReady(parts, backend, signal)
    endings.stays(backend)
    return backend
  } catch (error) {
    if (template) await endings.stop(template).catch(() => undefined)
    else await undo(endings, backends, raise)
    signal.throwIfAborted()
    throw error
  }
}

/**
 * Resolves once the backend says that it listens; fails when it ends before, is late, or at the signal. An engine that goes away may
 * come back in time: a restart of it ends no container where `live-restore` is on.
 */
async function becomeReady(parts: RaiseParts, backend: DockerBackend, signal: AbortSignal): Promise<void> {
  const { view, backends, readyDeadlineMs } = parts
  const late = AbortSignal.timeout(readyDeadlineMs)
  const isOver = () => backend.ready || backend.ended !== null
  await backends.until(isOver, AbortSignal.any([signal, late])).catch((error: unknown) => {
    if (signal.aborted || !late.aborted) throw error
  })
  if (backend.ready && backend.ended === null) return
  if (backend.ended) throw await notReady(view.engine, backend, endingWords(backend.ended))
  if (view.error) throw problemAt('ready', view.error, `Waiting for ${backend.name}`)
  throw await notReady(view.engine, backend, `did not say within ${readyDeadlineMs / 1000} s that it listens`)
}

/** A name that is taken costs its number. */
async function createBackend({ view, backends }: RaiseParts, sibling: unknown, raise: Raise): Promise<DockerBackend> {
  const { engine } = view
  let taken = 0
  for (let conflicts = 0; ; conflicts += 1) {
    const backend = backends.draft(taken)
    Object.assign(raise, { backend, isMade: false })
    const clone = cloneOf(sibling, backend.number)
    if ('refused' in clone) {
      const { refused } = clone
      const problem = { stage: 'create', cause: refused } as const
      throw new ProblemError('not-reached', `The backend cannot be copied: ${refused}.`, problem)
    }
    try {
      const id = await engine.create(clone.name, clone.body)
      raise.isMade = true
      backends.named(backend, id)
      for (const { network, aliases } of clone.connect) await engine.connect(network, id, aliases)
      return backend
    } catch (error) {
      if (!raise.isMade && isSilence(error)) raise.isMade = null
      const isTaken = raise.isMade === false && error instanceof EngineError && error.kind === 'conflict'
      if (!isTaken || conflicts >= MOST_NAME_CONFLICTS) throw problemAt('create', error, `Creating ${clone.name}`)
      backends.forget(backend, false)
      taken = backend.number
    }
  }
}

async function startBackend({ view }: RaiseParts, backend: DockerBackend): Promise<void> {
  // It may end before the engine has even answered the call that starts it.
  Object.assign(backend, { ended: null, isStarted: false })
  await view.engine.start(backend.id ?? '').catch((error: unknown) => {
    throw problemAt('start', error, `Starting ${backend.name}`)
  })
  backend.isStarted = true
}

async function undo(endings: BackendEndings, backends: DockerBackends, { backend, isMade }: Raise): Promise<void> {
  if (backend === null) return
  if (isMade) return endings.discard(backend)
  if (isMade === false) return backends.forget(backend, false)
  void endings.doubt(backend)
}

function endingWords({ removed, exitCode }: Ending): string {
  if (removed) return 'was removed before it was ready'
  return `exited${exitCode === null ? '' : ` with code ${exitCode}`} before it was ready`
}

async function notReady(
  engine: ProjectView['engine'],
  { id, name }: DockerBackend,
  words: string,
): Promise<ProblemError> {
  const lines = await engine.lastLines(id ?? '', SHOWN_LOG_LINES).catch(() => [])
  const said = lines.map(plainWords).filter(Boolean).join(' | ')
  const last = said ? `Its last words: ${said}` : 'It printed nothing.'
  return new ProblemError('not-reached', `${name} ${words}. ${last}`, {
    stage: 'ready',
    cause: said || `${name} ${words}`,
  })
}
