import type { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import type { burstAnswer, clusterAnswer, listedRunAnswer, runAnswer } from '#lib/protocol/answer-schemas.ts'
import type { Burst, ClusterSnapshot } from '#lib/protocol/model.ts'
import type { KeptSamples, Run } from '#lib/protocol/run.ts'

/** A value as it comes out of JSON: nothing in it is readonly. */
type Plain<Value> = Value extends readonly (infer Item)[]
  ? Plain<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Plain<Value[Key]> }
    : Value
type Same<One, Other> = [Plain<One>] extends [Plain<Other>]
  ? [Plain<Other>] extends [Plain<One>]
    ? true
    : false
  : false
type InAll = { failedInAll: number }
type Kept = { kept: KeptSamples }

// The compiler is the test: a key that only one side has makes its line an error.
test('what the document says of an answer is what the types say', () => {
  const cluster: Same<z.infer<typeof clusterAnswer>, ClusterSnapshot> = true
  const burst: Same<z.infer<typeof burstAnswer>, Burst & InAll> = true
  const listed: Same<z.infer<typeof listedRunAnswer>, Burst & InAll & Kept> = true
  const run: Same<z.infer<typeof runAnswer>, Run & InAll & Kept> = true
  expect([cluster, burst, listed, run]).not.toContain(false)
})
