import type { Problem } from '#lib/protocol/problem.ts'

/** Where the last scale stopped and why, in one sentence. */
export const scaleProblemText = (problem: Problem): string =>
  [problem.detail, stopText(problem)].filter(Boolean).join(' ')

const stopText = ({ stage, cause, detail }: Problem): string => {
  const why = cause && !detail.includes(cause.replace(/\.$/, '')) ? cause.replace(/\.$/, '') : undefined
  if (!stage) return why ? `Cause: ${why}.` : ''
  return `It stopped at "${stage}"${why ? `: ${why}` : ''}.`
}
