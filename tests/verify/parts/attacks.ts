import { exactly, type Part } from '../rows.ts'
import { runTests } from '../run-tests.ts'

const LISTED = 50
const DOCKER = 'docker.test.ts'

export const part: Part = {
  title: `attacks 1 to ${LISTED} against the running product`,
  measure: async (say) => {
    const cases = await runTests('tests/attack')
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
    const reached = untouched.filter(({ status }) => status === 'failed').length
    return [
      exactly('attacks refused in all their cases', LISTED, refused.length, note),
      exactly('cases that failed', 0, failed.length),
      exactly('cases left out for want of a Docker engine', 0, leftOut),
      exactly('runs in which a call reached the engine', 0, reached),
    ]
  },
}
