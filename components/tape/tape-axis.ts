import type { TapeView } from '#lib/diagram/tape-view.ts'
import { CELLS_LEFT, columnX } from './tape-scene.ts'

/** Where the tape drew its columns last. */
export type TapeAxis = { view: TapeView; perColumn: number }

/** The tape's axis, outside React: whatever stands under the tape moves with it, frame by frame. */
export type AxisSource = {
  get: () => TapeAxis | null
  /** Listeners hear of it only when something moved. */
  set: (axis: TapeAxis) => void
  subscribe: (listener: () => void) => () => void
}

export function createAxisSource(): AxisSource {
  let axis: TapeAxis | null = null
  const listeners = new Set<() => void>()
  return {
    get: () => axis,
    set: (next) => {
      const isSame =
        axis !== null &&
        axis.perColumn === next.perColumn &&
        axis.view.from === next.view.from &&
        axis.view.to === next.view.to &&
        axis.view.cellWidth === next.view.cellWidth
      if (isSame) return
      axis = next
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Where the column of a sample begins, CSS pixels from the tape's left; it may be out of sight. */
export const seqX = (seq: number, { view, perColumn }: TapeAxis): number =>
  columnX(Math.floor(seq / perColumn), { view })

/** Where cells begin and end on the screen now. */
export const axisSpan = ({ view }: TapeAxis): { left: number; right: number } => ({
  left: CELLS_LEFT,
  right: columnX(view.to, { view }),
})
