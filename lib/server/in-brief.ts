import type { Burst } from '#lib/protocol/model.ts'

/** A run as lists carry it: whoever looks at it fetches it whole, and fifty of them with every stretch would be megabytes. */
export const inBrief = (burst: Burst): Burst => ({
  ...burst,
  stretches: [],
  stretchesLeftOut: burst.stretchesLeftOut + burst.stretches.length,
})
