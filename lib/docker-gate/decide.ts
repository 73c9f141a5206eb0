import type { Fields } from '../compose/fields.ts'
import { checkCreate, checkExec, EXEC_START_BODY, isTheCheck } from './check-body.ts'
import { packFrontDoorFiles } from './front-door-files.ts'
import { type Known, roleOf } from './known.ts'
import { narrowFilters } from './narrow-filters.ts'
import { type Asked, type Refusal, refusal } from './recognise.ts'
import { shownContainer, shownExec } from './shown.ts'
import { writeTarget } from './target.ts'

/** What goes to the engine: path and body written anew from what was understood, never the caller's own bytes. */
export type Passed = { path: string; body: Fields | Uint8Array | null }
/** The answer is known already: the look-up was the call. */
export type Answered = { answer: Fields }
export type Decision = Passed | Answered | Refusal

const noSuch = (what: string): Refusal => ({ refused: `No such ${what}`, status: 404 })
/** The product's limit of 50, and some that still drain while others start. */
const MAX_BACKENDS = 64

function decideExec({ rule, target }: Asked, { exec, container }: Known, project: string): Decision {
  if (!exec) return noSuch('exec instance')
  const ours = container && roleOf(container, project) === 'front-door' && isTheCheck(exec)
  if (!ours) return refusal('not a command of this project')
  return rule.shows === 'exec' ? { answer: shownExec(exec) } : { path: writeTarget(target), body: EXEC_START_BODY }
}

/** Whether a call may pass: pure, of the call, its body, and what the engine says of the things it is about. */
export function decide(asked: Asked, given: unknown, known: Known, project: string): Decision {
  const { rule, target, ids } = asked
  const path = writeTarget(target)
  const checked = (result: { body: Fields | Uint8Array } | { refused: string }): Decision =>
    'refused' in result ? refusal(result.refused) : { path, body: result.body }

  if (rule.on) {
    if (!known.container) return noSuch('container')
    const role = roleOf(known.container, project)
    if (!role || !rule.on.includes(role)) return refusal('not a container that this may be done to')
    if (rule.shows === 'container') return { answer: shownContainer(known.container) }
  }
  if (rule.filters) {
    const filters = narrowFilters(target.query.get('filters'), rule.filters, project)
    if (filters === null) return refusal('these filters are not allowed')
    return { path: writeTarget({ ...target, query: new Map([...target.query, ['filters', filters]]) }), body: null }
  }
  if (ids.exec) return decideExec(asked, known, project)
  switch (rule.body) {
    case 'create':
      if ((known.backends ?? 0) >= MAX_BACKENDS) return refusal(`there are ${known.backends} backends already`)
      return checked(checkCreate(given, target.query.get('name') ?? '', known.siblings ?? [], project))
    case 'exec':
      return checked(checkExec(given))
    case 'archive':
      return checked(packFrontDoorFiles(given))
    default:
      return { path, body: null }
  }
}
