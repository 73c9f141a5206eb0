import { expect, test } from 'vitest'
import { scaleProblemText } from '#components/replicas/scale-problem.tsx'
import { ProblemError } from '#lib/protocol/problem.ts'

test('a target that was not reached names the stage and the cause', () => {
  const { problem } = new ProblemError('not-reached', 'Backend 4 did not get ready in 30 s.', {
    ...{ stage: 'ready', cause: 'exit code 1' },
  })
  expect(scaleProblemText(problem)).toBe('Backend 4 did not get ready in 30 s. It stopped at "ready": exit code 1.')
  expect(scaleProblemText(new ProblemError('engine-gone', 'No answer.').problem)).toBe('No answer.')
})

test('a cause that the detail names already is not said twice', () => {
  const { problem } = new ProblemError('not-reached', 'Creating shop-backend-3 failed: no space left.', {
    ...{ stage: 'create', cause: 'no space left' },
  })
  expect(scaleProblemText(problem)).toBe('Creating shop-backend-3 failed: no space left. It stopped at "create".')
})
