import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage } from '../verify/stage.ts'
import { playStory } from '../verify/verdict-stories.ts'

let stage: Awaited<ReturnType<typeof openStage>>

beforeAll(async () => {
  stage = await openStage('built-in')
}, 60_000)

afterAll(() => stage.close())

describe('runs while backends join, leave and die', () => {
  it.each([11, 12, 13])(
    'are judged as a second judge does from the samples alone: story %i',
    async (seed) => {
      const { differences, isFalselyUneven } = await playStory(stage, seed)
      expect(differences).toEqual([])
      expect(isFalselyUneven).toBe(false)
    },
    60_000,
  )
})
