import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../run-command.ts'
import { exactly, type Part } from '../rows.ts'

type Report = {
  testResults: { name: string; assertionResults: { fullName: string; title: string; status: string }[] }[]
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LISTED = 50
const LIMIT_MS = 600_000
const DOCKER = 'docker.test.ts'

export const part: Part = {
  title: `attacks 1 to ${LISTED} against the running product`,
  measure: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'attacks-'))
    const report = join(folder, 'report.json')
    const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'tests/vitest.config.ts']
    const args = [...vitest, '--reporter=json', `--outputFile=${report}`, 'tests/attack']
    const { output } = await runCommand(process.execPath, args, { cwd: ROOT, limitMs: LIMIT_MS })
    try {
      const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
      const cases = testResults.flatMap(({ name, assertionResults }) =>
        assertionResults.map((one) => ({ ...one, file: name })),
      )
      const failed = cases.filter(({ status }) => status === 'failed')
      for (const { fullName } of failed) say(fullName)
      const casesOf = (number: number) =>
        cases.filter(
          ({ title, status }) => title.startsWith(`attack ${number}:`) && status !== 'pending' && status !== 'skipped',
        )
      const numbers = Array.from({ length: LISTED }, (_, index) => index + 1)
      const refused = numbers.filter((number) => {
        const ofIt = casesOf(number)
        return ofIt.length > 0 && ofIt.every(({ status }) => status === 'passed')
      })
      const onDocker = cases.filter(({ file, status }) => file.endsWith(DOCKER) && status === 'passed').length
      const passed = cases.filter(({ status }) => status === 'passed').length
      const note = `${passed} cases passed, ${onDocker} of them on Docker`
      const leftOut = cases.length - passed - failed.length
      // The recorder between dashboard and engine is read by these two.
      const untouched = cases.filter(({ title }) => title.startsWith('nothing of it reached'))
      return [
        exactly('attacks refused in all their cases', LISTED, refused.length, note),
        exactly('cases that failed', 0, failed.length),
        exactly('cases left out for want of a Docker engine', 0, leftOut),
        exactly(
          'runs in which a call reached the engine',
          0,
          untouched.filter(({ status }) => status === 'failed').length,
        ),
      ]
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}: ${output.slice(-2_000)}`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}
