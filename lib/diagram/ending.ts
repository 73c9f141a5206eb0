import type { BackendKey } from '#lib/protocol/model.ts'

/** How a request ended, as far as a picture needs it. */
export type Ending = {
  /** Who answered, or UNKNOWN_BACKEND; null: nobody did. */
  backend: BackendKey | null
  /** The backends that were tried before and did not answer, in order; null for one that is not known. */
  tried: readonly (BackendKey | null)[]
  /** `error`: a backend answered with a status of 500 or more. `failed`: nobody answered, a timeout among them. */
  end: 'answered' | 'error' | 'failed' | 'cancelled'
}
