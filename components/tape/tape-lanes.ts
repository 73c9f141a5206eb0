import { type BackendNumbers, byNumber, nameOf } from '#components/backends/numbers.ts'
import type { BackendKey } from '#lib/protocol/model.ts'
import { UNKNOWN_BACKEND } from '#lib/protocol/model.ts'

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

/** One lane per backend in order of their numbers, one for answers of unknown backends where there are some, and one for nobody. */
export function lanesOf(
  height: number,
  members: readonly BackendKey[],
  seen: readonly BackendKey[],
  numbers: BackendNumbers,
): Lane[] {
  const named = [...new Set([...members, ...seen])].filter((one) => one !== UNKNOWN_BACKEND).sort(byNumber(numbers))
  const keys = seen.includes(UNKNOWN_BACKEND) ? [...named, UNKNOWN_BACKEND] : named
  const laneHeight = Math.min(HIGHEST_LANE, (height - TOP - BOTTOM) / (keys.length + 1))
  const lanes = keys.map((backend) => ({
    backend,
    number: numbers.get(backend) ?? 0,
    label: nameOf(backend, numbers),
  }))
  return [...lanes, { backend: null, number: 0, label: 'nobody' }].map((lane, index) => ({
    ...lane,
    top: TOP + index * laneHeight,
    height: laneHeight,
  }))
}
