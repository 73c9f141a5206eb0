import type { Problem } from '#lib/protocol/problem.ts'

/** Where the last scale stopped and why, in one sentence. */
export const scaleProblemText = (problem: Problem): string =>
  [problem.detail, problem.stage && `It stopped at: ${problem.stage}.`, problem.cause].filter(Boolean).join(' ')
