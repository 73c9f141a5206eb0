import { checkCreate, checkExec, checkMember, EXEC_START_BODY, isTheCheck } from './check-body.ts'
import type { Fields } from './fields.ts'
import { type Known, serviceOf } from './known.ts'
import { narrowFilters } from './narrow-filters.ts'
import { type Asked, type Refusal, refusal } from './recognise.ts'
import { whyNotUnpacked } from './tar-entries.ts'
import { writeTarget } from './target.ts'

/** What goes to the engine: written anew from what was understood, never the caller's own bytes, but for a checked archive. */
export type Passed = { path: string; body: Fields | Uint8Array | null }
export type Decision = Passed | Refusal

const noSuch = (what: string): Refusal => ({ refused: `No such ${what}`, status: 404 })
/** The product's limit of 50, and some that still drain while others start. */
const MAX_BACKENDS = 64
const RELOAD = /HUP$/

function whyNotOn(asked: Asked, container: Fields, project: string): string | null {
  const service = serviceOf(container, project)
  if (!service || !asked.rule.on?.includes(service)) return 'not a container that this may be done to'
  if (!asked.rule.path.endsWith('/kill')) return null
  const reloads = RELOAD.test(asked.target.query.get('signal') ?? '')
  return reloads === (service === 'front-door') ? null : 'the front door may be reloaded, backends ended'
}

/** Whether a call may pass: pure, of the call, its body, and what the engine says of the things it is about. */
export function decide(asked: Asked, given: unknown, known: Known, project: string): Decision {
  const { rule, target, ids } = asked
  const pass = (body: Passed['body'] = null): Passed => ({ path: writeTarget(target), body })
  const checked = (result: { body: Fields } | { refused: string }): Decision =>
    'refused' in result ? refusal(result.refused) : pass(result.body)

  if (rule.on) {
    if (!known.container) return noSuch('container')
    const why = whyNotOn(asked, known.container, project)
    if (why) return refusal(why)
  }
  if (rule.filters) {
    const filters = narrowFilters(target.query.get('filters'), rule.filters, project)
    if (filters === null) return refusal('these filters are not allowed')
    return { path: writeTarget({ ...target, query: new Map([...target.query, ['filters', filters]]) }), body: null }
  }
  if (ids.image) {
    const id = ids.image.replace(/^(sha256:)?/, 'sha256:')
    return known.images?.includes(id) ? pass() : refusal('not an image of this project')
  }
  if (ids.exec) {
    if (!known.exec) return noSuch('exec instance')
    const ours = known.container && serviceOf(known.container, project) === 'front-door' && isTheCheck(known.exec)
    if (!ours) return refusal('not a command of this project')
    return pass(rule.method === 'POST' ? EXEC_START_BODY : null)
  }
  switch (rule.body) {
    case 'create':
      if ((known.backends ?? 0) >= MAX_BACKENDS) return refusal(`there are ${known.backends} backends already`)
      return checked(checkCreate(given, target.query.get('name') ?? '', known.siblings ?? [], project))
    case 'exec':
      return checked(checkExec(given))
    case 'archive': {
      if (!target.query.has('path')) return refusal('a path is needed')
      if (!(given instanceof Uint8Array)) return refusal('an archive is needed')
      const why = whyNotUnpacked(given)
      return why ? refusal(`this archive may not be unpacked: ${why}`) : pass(given)
    }
  }
  if (ids.network) {
    if (!known.network) return noSuch('network')
    if (rule.body === 'connect' || rule.body === 'disconnect') {
      if (!known.container) return noSuch('container')
      return checked(checkMember(rule.body, given, known.network, known.container, project))
    }
    const labels = known.network.Labels as Fields | null | undefined
    return labels?.['com.docker.compose.project'] === project ? pass() : refusal('not a network of this project')
  }
  return pass()
}
