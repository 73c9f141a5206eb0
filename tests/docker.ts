import { engineAnswers } from './engine.ts'

/**
 * Whether the Docker tests can run here. Says so when they cannot, and fails where they must:
 * with ROBINSCOPE_TESTS_NEED_DOCKER=1 a missing engine is an error. For `describe.skipIf(!(await dockerAnswers()))`.
 */
export async function dockerAnswers(): Promise<boolean> {
  const { answers, words } = await engineAnswers()
  if (answers) return true
  if (process.env.ROBINSCOPE_TESTS_NEED_DOCKER === '1') throw new Error(`Docker is required: ${words}`)
  process.stderr.write(`${words}\n`)
  return false
}
