import { globSync } from 'node:fs'
import { placeBystanders } from '../../bystanders.ts'
import { differences, takeCensus } from '../../census.ts'
import { engineAnswers } from '../../engine.ts'
import { runCommand } from '../../run-command.ts'
import { ROOT } from '../../steps.ts'
import { exactly, notMeasured, type Part } from '../rows.ts'

/** Every project that a test makes; see compose-project.ts. */
const TEST_PROJECT = /^robinscope-test-[0-9a-f]{8}$/
const DOCKER_TESTS = ['tests/contract/*docker*.test.ts', 'tests/integration/{docker,compose}*.test.ts']
const LIMIT_MS = 900_000

export const part: Part = {
  title: 'what belongs to others stays as it is',
  measure: async (say) => {
    const engine = await engineAnswers()
    if (!engine.answers) return [notMeasured('others on the engine', engine.words)]
    const ours = (project: string): boolean => TEST_PROJECT.test(project)
    const bystanders = await placeBystanders('robinscope-test-00000000')
    try {
      const before = await takeCensus(ours)
      const files = DOCKER_TESTS.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
      say(
        `${before.lines.length} containers, networks and volumes of others; the Docker tests run, ${files.length} files`,
      )
      const vitest = `${ROOT}node_modules/vitest/vitest.mjs`
      const args = [vitest, 'run', '--config', 'tests/vitest.config.ts', '--reporter=dot', ...files]
      const tests = await runCommand(process.execPath, args, { cwd: ROOT, limitMs: LIMIT_MS })
      if (tests.code !== 0) say(tests.output.slice(-4_000))
      const after = await takeCensus(ours)
      const changed = differences(before, after)
      for (const line of changed) say(line)
      return [
        exactly('exit code of the Docker tests', 0, tests.code ?? -1, `${files.length} files`),
        exactly(
          'others on the engine with another digest afterwards',
          0,
          Number(before.digest !== after.digest),
          before.digest.slice(0, 16),
        ),
        exactly('of them changed, gone or new', 0, changed.length, `${before.lines.length} before`),
      ]
    } finally {
      await bystanders.remove()
    }
  },
}
