import type { Fields } from '#lib/compose/fields.ts'
import { type Decision, decide } from '#lib/docker-gate/decide.ts'
import type { Known } from '#lib/docker-gate/known.ts'
import { recognise } from '#lib/docker-gate/recognise.ts'
import { idOf, inspected, PROJECT } from './inspected.ts'

export const BACKEND = inspected('backend', 1)
export const FRONT_DOOR = inspected('front-door', 1)

/** What the gate says to a call, given what the engine says of the things it is about. */
export function judge(method: string, url: string, known: Known = {}, given?: unknown): Decision {
  const asked = recognise(method, url)
  return 'refused' in asked ? asked : decide(asked, given, known, PROJECT)
}

export const passes = (decision: Decision): boolean => !('refused' in decision)

/** Whether a call on this container passes; `rest` is what follows its id. */
export const on = (container: Fields, method: string, rest: string, given?: unknown): boolean =>
  passes(judge(method, `/v1.41/containers/${idOf(container)}${rest}`, { container }, given))
