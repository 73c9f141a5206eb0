import { shortName } from '#lib/client/hues.ts'
import type { Backend, BackendKey } from '#lib/protocol/model.ts'

export type Lane = {
  /** null: nobody. */
  backend: BackendKey | null
  /** 0 where it is not known. */
  number: number
  label: string
  top: number
  height: number
}

export const LABEL_WIDTH = 64
export const TOP = 8
/** Room under the lanes for the first and last number and the names of actions. */
export const BOTTOM = 22
const HIGHEST_LANE = 48

/** One lane per backend in order of their numbers, those that are gone too if they answered here, and one for nobody. */
export function lanesOf(
  height: number,
  backends: readonly Backend[],
  seen: readonly BackendKey[],
  numbers: ReadonlyMap<BackendKey, number>,
): Lane[] {
  const keys = [...new Set([...backends.map(({ backend }) => backend), ...seen])]
  const known = keys
    .map((backend) => ({ backend, number: numbers.get(backend) ?? 0 }))
    .sort((one, other) => one.number - other.number)
  const laneHeight = Math.min(HIGHEST_LANE, (height - TOP - BOTTOM) / (known.length + 1))
  const lanes = known.map(({ backend, number }) => ({
    backend,
    number,
    label: `${number === 0 ? '?' : number} ${shortName(backend)}`,
  }))
  return [...lanes, { backend: null, number: 0, label: 'nobody' }].map((lane, index) => ({
    ...lane,
    top: TOP + index * laneHeight,
    height: laneHeight,
  }))
}
